import { type ItemType, pointerOf } from './item-types.js';

/** One member of DIVOC's certify request, and what becomes of it. */
export interface ItemField {
  /** RFC 6901 pointer into the item. */
  readonly item: string;
  readonly type: ItemType;
  readonly required?: true;
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
 * DIVOC's v1 certify request: the one table from which schema, mapping, and the way back of pointers are made.
 *
 * Required is what v1 of DIVOC required and its clients always send; the batch was optional, as were all lines of an
 * address in the clients of some countries. Source: egovernments/DIVOC, CertificationRequest.
 */
export const ITEM_FIELDS: readonly ItemField[] = [
  { item: '/preEnrollmentCode', type: 'text', required: true, to: '/identity/input/code' },
  {
    item: '/programId',
    type: 'text',
    to: '/programme',
    fix: 'Send a programId that this API maps to a programme, or have its settings name one.',
  },
  { item: '/enrollmentType', type: 'text' },
  { item: '/comorbidities', type: 'texts' },
  { item: '/meta', type: 'any' },
  { item: '/recipient', type: 'object', required: true },
  { item: '/recipient/name', type: 'text', required: true, to: '/record/patient/name', evenEmpty: true },
  { item: '/recipient/dob', type: 'day', to: '/record/patient/birthDate' },
  { item: '/recipient/age', type: 'text', to: '/record/patient/age' },
  { item: '/recipient/gender', type: 'text', required: true, to: '/record/patient/gender' },
  { item: '/recipient/nationality', type: 'text', required: true, to: '/record/patient/nationality' },
  { item: '/recipient/identity', type: 'text', required: true, private: true },
  { item: '/recipient/contact', type: 'texts', required: true, private: true },
  { item: '/recipient/address', type: 'object', required: true },
  ...address('/recipient/address', '/record/patient'),
  { item: '/vaccination', type: 'object', required: true },
  { item: '/vaccination/name', type: 'text', required: true, to: '/record/vaccineName', evenEmpty: true },
  { item: '/vaccination/batch', type: 'text', to: '/record/lotNumber' },
  { item: '/vaccination/manufacturer', type: 'text', required: true, to: '/record/manufacturer' },
  { item: '/vaccination/date', type: 'instant', required: true, to: '/record/occurrenceDateTime' },
  { item: '/vaccination/dose', type: 'count', required: true, to: '/record/doseNumber' },
  { item: '/vaccination/totalDoses', type: 'count', required: true, to: '/record/seriesDoses' },
  { item: '/vaccination/effectiveStart', type: 'day', required: true, to: '/record/effectiveFrom' },
  { item: '/vaccination/effectiveUntil', type: 'day', required: true, to: '/record/effectiveUntil' },
  { item: '/vaccinator', type: 'object', required: true },
  { item: '/vaccinator/name', type: 'text', required: true, to: '/record/performer/name' },
  { item: '/facility', type: 'object', required: true },
  { item: '/facility/name', type: 'text', required: true, to: '/record/facility/name', evenEmpty: true },
  { item: '/facility/address', type: 'object', required: true },
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
