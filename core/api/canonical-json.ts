import { createHash } from 'node:crypto';

/**
 * The JCS form of a JSON value (RFC 8785): one text for one value, whatever the order of its members.
 *
 * ECMAScript's own number and string forms are those of JCS, and `sort()` compares UTF-16 units as it asks.
 * Throws a TypeError for what is not JSON (undefined, NaN, functions, unpaired surrogates).
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') {
    if (/\p{Surrogate}/u.test(value)) throw new TypeError('canonical JSON: a string holds an unpaired surrogate');
    return JSON.stringify(value);
  }
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, member]) => `${canonicalJson(name)}:${canonicalJson(member)}`).join(',')}}`;
  }
  throw new TypeError(`canonical JSON: a ${typeof value} is not a JSON value`);
}

/** base64url SHA-256 of the JCS form: the name of a document by its content, 43 characters. */
export function contentHash(document: unknown): string {
  return createHash('sha256').update(canonicalJson(document), 'utf8').digest('base64url');
}
