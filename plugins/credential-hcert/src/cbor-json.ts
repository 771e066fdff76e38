import { toBase64url } from '@divoc/core/api';
import { type Cbor, Tagged } from './cbor-reader.js';

const DATE_TIME = 0;
const EPOCH = 1;

/**
 * A CBOR value as JSON for people to read: integer keys as texts, bytes as base64url, dates of every tag as texts, and null
 * for what JSON has no word for. What is signed are the bytes, so nothing hangs on this.
 */
export function jsonOf(value: Cbor): unknown {
  if (value instanceof Tagged) return untagged(value);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, member]) => [String(key), jsonOf(member)]));
  if (value instanceof Uint8Array) return toBase64url(value);
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null;
  return value ?? null;
}

/** Some national certificates tag their dates (RFC 8949, section 3.4): readers get the text that the others write. */
function untagged({ tag, value }: Tagged): unknown {
  if (tag === DATE_TIME && typeof value === 'string') return value;
  if (tag === EPOCH && typeof value === 'number') return instantOf(value) ?? value;
  return jsonOf(value);
}

/** RFC 3339 of seconds since 1970, or undefined for what is no instant. */
export function instantOf(seconds: number): string | undefined {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
