import { fromBase64url } from './base64.js';
import { inflateGzip } from './inflate.js';

/** https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslist: with fewer, a list would tell who is on it. */
const MIN_ENTRIES = 131_072;
const MAX_BYTES = 16 * 1024 * 1024;

/** The bits of an `encodedList` (multibase base64url of gzip), or undefined when it is damaged, too short, or over 16 MiB. */
export function statusBits(encodedList: unknown): Uint8Array | undefined {
  if (typeof encodedList !== 'string' || !encodedList.startsWith('u')) return undefined;
  const packed = fromBase64url(encodedList.slice(1));
  const bits = packed && inflateGzip(packed, MAX_BYTES);
  return bits && bits.length * 8 >= MIN_ENTRIES ? bits : undefined;
}

/** Whether the bit is set; the first one is the left-most of the first byte. Undefined beyond the list. */
export function bitAt(bits: Uint8Array, index: number): boolean | undefined {
  const byte = bits[Math.floor(index / 8)];
  return byte === undefined ? undefined : ((byte >> (7 - (index % 8))) & 1) === 1;
}
