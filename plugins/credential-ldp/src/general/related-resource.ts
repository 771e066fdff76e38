import { fromBase64, fromBase64url, fromMultibase, isObject, listOf } from '@divoc/core/api';
import { PUBLISHED_DIGESTS } from './pinned-contexts.js';

/**
 * False when a digest of `relatedResource` (5.3 of VC 2.0) contradicts the file that is known here under its URL, or is none.
 *
 * What is not known here cannot be compared, since nothing is fetched; digests by other algorithms neither.
 */
export function doResourcesFit(document: Readonly<Record<string, unknown>>): boolean {
  return listOf(document.relatedResource).every((entry) => {
    if (!isObject(entry) || (entry.digestMultibase !== undefined && !isMultihash(entry.digestMultibase))) return false;
    const known = typeof entry.id === 'string' ? PUBLISHED_DIGESTS.get(entry.id) : undefined;
    if (known === undefined) return true;
    return [fromSri(entry.digestSRI), fromMultihash(entry.digestMultibase)].every((digest) => digest === undefined || digest === known);
  });
}

/** Codes of SHA-2 in multihashes, and their lengths in bytes (https://www.w3.org/TR/cid-1.0/#multihash). */
const SHA2 = new Map([
  [0x12, 32],
  [0x20, 48],
  [0x13, 64],
]);

const multihashOf = (value: unknown): Uint8Array | undefined => {
  if (typeof value !== 'string') return undefined;
  return value[0] === 'u' ? fromBase64url(value.slice(1)) : fromMultibase(value);
};

function isMultihash(value: unknown): boolean {
  const [code = 0, length, ...digest] = multihashOf(value) ?? [];
  return length !== undefined && SHA2.get(code) === length && digest.length === length;
}

/** `sha256-` and base64 (https://www.w3.org/TR/SRI/); of several, the first. */
function fromSri(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.split(/\s+/).find((part) => part.startsWith('sha256-'));
  if (text === undefined) return undefined;
  return hexOf(fromBase64(text.slice(7)));
}

function fromMultihash(value: unknown): string | undefined {
  const bytes = multihashOf(value);
  return bytes?.[0] === 0x12 ? hexOf(bytes.subarray(2)) : undefined;
}

const hexOf = (bytes: Uint8Array | undefined): string =>
  bytes ? Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') : '';
