import { sha256 } from '@noble/hashes/sha2.js';
import { toBase64url } from './base64.js';

/**
 * The JCS form of a JSON value (RFC 8785): one text for one value, whatever the order of its members.
 *
 * ECMAScript's own number and string forms are those of JCS, and `sort()` compares UTF-16 units as it asks.
 * Throws a TypeError for what is not JSON: undefined, holes in arrays, NaN, functions, unpaired surrogates, and every
 * object that is neither a plain one nor an array. A Date or a Map has no members of its own, so that all of them would
 * have one text and one hash.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') {
    if (/\p{Surrogate}/u.test(value)) throw new TypeError('canonical JSON: a string holds an unpaired surrogate');
    return JSON.stringify(value);
  }
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value) && value.length >= LONG && value.every(isText)) {
    const text = JSON.stringify(value);
    // What is unpaired is escaped there, and what looks like it is looked at one by one.
    if (!text.includes('\\ud')) return text;
  }
  // Array.from, because map() steps over holes.
  if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(',')}]`;
  if (typeof value === 'object' && isPlain(value)) {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, member]) => `${canonicalJson(name)}:${canonicalJson(member)}`).join(',')}}`;
  }
  throw new TypeError(
    `canonical JSON: ${typeof value === 'object' ? 'an object that is not plain' : `a ${typeof value}`} is not a JSON value`,
  );
}

/** Of lists of texts that are written in one go: those of what was revoked have a hundred thousand. */
const LONG = 100;
const isText = (item: unknown): boolean => typeof item === 'string';

/** An object literal's prototype is the one at the end of the chain, in whatever realm it was made. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** base64url SHA-256 of the JCS form: the name of a document by its content, 43 characters. */
export function contentHash(document: unknown): string {
  return toBase64url(sha256(new TextEncoder().encode(canonicalJson(document))));
}
