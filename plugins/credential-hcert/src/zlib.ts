import { inflateRaw } from './inflate.js';

/** A health certificate has about 400 bytes, and none that was ever issued more than some thousands. */
const MAX_INFLATED = 65_536;

/**
 * What a zlib stream (RFC 1950) holds, or undefined when it is none, is damaged, or inflates to more than 64 KiB. Every
 * level of compression is read (78 01, 78 9C, 78 DA); a preset dictionary is not.
 */
export function inflateZlib(bytes: Uint8Array): Uint8Array | undefined {
  const [method = 0, flags = 0] = bytes;
  const isZlib = (method & 0x0f) === 8 && method >> 4 <= 7 && (method * 256 + flags) % 31 === 0 && (flags & 0x20) === 0;
  if (!isZlib || bytes.length < 8) return undefined;
  const content = inflateRaw(bytes.subarray(2, -4), MAX_INFLATED);
  const declared = new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4);
  return content && adler32(content) === declared ? content : undefined;
}

/** RFC 1950, section 8.2. */
function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return b * 65_536 + a;
}
