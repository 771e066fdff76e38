import { type ItemType, pointerOf } from './item-types.js';

export type ItemVersion = 'v1' | 'v3';

/** One member of DIVOC's certify request, and what becomes of it. */
export interface ItemField {
  /** RFC 6901 pointer into the item. */
  readonly item: string;
  readonly type: ItemType;
  /** In which versions of the request it must be there. */
  readonly required?: 'always' | 'v1';
  /** Where it goes in a VaccinationInput; without it the member is not kept. */
  readonly to?: string;
  /** A text that the record requires: it is passed on even when it is empty, and the service warns of it. */
  readonly evenEmpty?: true;
  /** Identifies or reaches a person, and is deliberately kept nowhere; no warning, since nothing is amiss. */
  readonly private?: true;
  /** How to mend what the service says against it, where its own words would mislead. */
  readonly fix?: string;
}

const address = (item: string, record: string): ItemField[] => [
  { item: `${item}/addressLine1`, type: 'text', to: `${record}/street` },
  { item: `${item}/addressLine2`, type: 'text', to: `${record}/street2` },
  { item: `${item}/district`, type: 'text', to: `${record}/district` },
  { item: `${item}/state`, type: 'text', to: `${record}/region` },
  { item: `${item}/country`, type: 'text', to: `${record}/country` },
  { item: `${item}/pincode`, type: 'text', to: `${record}/postalCode` },
];

/**
 * DIVOC's certify request: the one table from which schema, mapping, and the way back of pointers are made.
 *
 * Required is what DIVOC required and its clients always send; the batch was optional, as were all lines of an address in
 * the clients of some countries. Its v3 wants less. Source: egovernments/DIVOC, CertificationRequest and CertificationRequestV2.
 */
export const ITEM_FIELDS: readonly ItemField[] = [
  { item: '/preEnrollmentCode', type: 'text', required: 'always', to: '/identity/input/code' },
  {
    item: '/programId',
    type: 'text',
    to: '/programme',
    fix: 'Send a programId that this API maps to a programme, or have its settings name one.',
  },
  { item: '/enrollmentType', type: 'text' },
  { item: '/comorbidities', type: 'texts' },
  { item: '/meta', type: 'any' },
  { item: '/recipient', type: 'object', required: 'always' },
  { item: '/recipient/name', type: 'text', required: 'always', to: '/record/patient/name', evenEmpty: true },
  { item: '/recipient/dob', type: 'day', to: '/record/patient/birthDate' },
  { item: '/recipient/age', type: 'text', to: '/record/patient/age' },
  { item: '/recipient/gender', type: 'text', required: 'v1', to: '/record/patient/gender' },
  { item: '/recipient/nationality', type: 'text', required: 'always', to: '/record/patient/nationality' },
  { item: '/recipient/identity', type: 'text', required: 'always', private: true },
  { item: '/recipient/contact', type: 'texts', required: 'always', private: true },
  { item: '/recipient/address', type: 'object', required: 'v1' },
  ...address('/recipient/address', '/record/patient'),
  { item: '/vaccination', type: 'object', required: 'always' },
  { item: '/vaccination/name', type: 'text', required: 'always', to: '/record/vaccineName', evenEmpty: true },
  { item: '/vaccination/batch', type: 'text', to: '/record/lotNumber' },
  { item: '/vaccination/manufacturer', type: 'text', required: 'always', to: '/record/manufacturer' },
  { item: '/vaccination/date', type: 'instant', required: 'always', to: '/record/occurrenceDateTime' },
  { item: '/vaccination/dose', type: 'count', required: 'always', to: '/record/doseNumber' },
  { item: '/vaccination/totalDoses', type: 'count', required: 'always', to: '/record/seriesDoses' },
  { item: '/vaccination/effectiveStart', type: 'day', required: 'always', to: '/record/effectiveFrom' },
  { item: '/vaccination/effectiveUntil', type: 'day', required: 'always', to: '/record/effectiveUntil' },
  { item: '/vaccinator', type: 'object', required: 'v1' },
  { item: '/vaccinator/name', type: 'text', required: 'v1', to: '/record/performer/name' },
  { item: '/facility', type: 'object', required: 'always' },
  { item: '/facility/name', type: 'text', required: 'always', to: '/record/facility/name', evenEmpty: true },
  { item: '/facility/address', type: 'object', required: 'v1' },
  ...address('/facility/address', '/record/facility'),
];

/** Settings that contradict the table: what, and how to mend it. */
export class FieldsError extends Error {
  readonly code = 'FIELDS_CONFLICT';
}

/**
 * The table with an adopter's own members: JSON Pointers in the item, by `patient.parentName`-like paths of the record.
 * Throws a FieldsError when two members would fill one field, or one would fill what is a group of others.
 */
export function withOwnFields(own: Readonly<Record<string, string>>): readonly ItemField[] {
  const fields = [...ITEM_FIELDS];
  for (const [item, path] of Object.entries(own)) {
    const to = pointerOf(['record', ...path.split('.')]);
    const other = fields.find((field) => field.to !== undefined && (field.to === to || isWithin(field.to, to) || isWithin(to, field.to)));
    if (other) throw new FieldsError(`fields: ${item} and ${other.item} would both fill ${path}; keep one of them.`);
    fields.push({ item, type: 'any', to });
  }
  return fields;
}

/** Is `pointer` below `group`? */
export const isWithin = (pointer: string, group: string): boolean => pointer.startsWith(`${group}/`);
