import { fromBase64url, isObject, toBase64url } from '@divoc/core/api';
import type { CardPayload } from './health-card.js';
import { didOfUrl } from './issuer-url.js';

/** What verifiers show of a card: who, what and when, beside the bundle as it was signed. */
export function claimsOf({ iss, nbf, exp, vc }: CardPayload): Readonly<Record<string, unknown>> {
  const resources = vc.credentialSubject.fhirBundle.entry.map(({ resource = {} }) => resource);
  const [patient = {}] = resources.filter(({ resourceType }) => resourceType === 'Patient');
  const immunizations = resources.filter(({ resourceType }) => resourceType === 'Immunization');
  const id = idOfRid(vc.rid);
  return {
    ...(id !== undefined && { id }),
    issuer: didOfUrl(iss),
    type: vc.type,
    validFrom: instantOf(nbf),
    ...(exp !== undefined && { validUntil: instantOf(exp) }),
    patient: { name: nameOf(patient.name), birthDate: patient.birthDate },
    immunizations: immunizations.map(readable),
    credentialSubject: vc.credentialSubject,
  };
}

export const instantOf = (seconds: number): string => new Date(Math.round(seconds * 1000)).toISOString();

/** A certificate's UUID in base64url: short, and without meaning to whoever reads it, as the framework wants its `rid`. */
export function ridOfId(id: string): string {
  const bytes = Uint8Array.from(id.slice(-36).replaceAll('-', '').match(/../g) ?? [], (hex) => Number.parseInt(hex, 16));
  return toBase64url(bytes);
}

/** Undefined for what other issuers make of it. */
function idOfRid(rid: string | undefined): string | undefined {
  const bytes = rid?.length === 22 ? fromBase64url(rid) : undefined;
  if (!bytes) return undefined;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `urn:uuid:${hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}`;
}

function readable({ vaccineCode, occurrenceDateTime, lotNumber, performer, status }: Readonly<Record<string, unknown>>) {
  const codings = isObject(vaccineCode) && Array.isArray(vaccineCode.coding) ? vaccineCode.coding.filter(isObject) : [];
  const performers = Array.isArray(performer)
    ? performer.filter(isObject).map(({ actor }) => (isObject(actor) ? actor.display : undefined))
    : [];
  return {
    vaccines: codings.map(({ system, code }) => `${textOf(system)}|${textOf(code)}`),
    occurrenceDateTime,
    lotNumber,
    performers: performers.filter((name) => name !== undefined),
    status,
  };
}

/** FHIR leaves nothing else there; an object would have a will of its own when it is made a text. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** FHIR HumanName: the text, or given names and family name. */
function nameOf(names: unknown): string | undefined {
  const [name] = Array.isArray(names) ? names.filter(isObject) : [];
  if (!name) return undefined;
  if (typeof name.text === 'string') return name.text;
  const parts = [...(Array.isArray(name.given) ? name.given : []), name.family];
  return parts.filter((part) => typeof part === 'string').join(' ');
}
