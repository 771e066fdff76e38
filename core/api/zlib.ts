import { inflateRaw } from './inflate.js';

/**
 * The content of a zlib stream (RFC 1950), or undefined: as `inflateRaw`, or its check sum is another, or it wants a
 * dictionary. Every level of compression is read (78 01, 78 9C, 78 DA).
 */
export function inflateZlib(bytes: Uint8Array, limit: number): Uint8Array | undefined {
  const [method = 0, flags = 0] = bytes;
  const isZlib = bytes.length > 6 && (method & 0x0f) === 8 && method >> 4 <= 7 && (method * 256 + flags) % 31 === 0 && (flags & 0x20) === 0;
  const content = isZlib ? inflateRaw(bytes.subarray(2, -4), limit) : undefined;
  if (!content) return undefined;
  const declared = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0);
  return adler32(content) === declared ? content : undefined;
}

function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}
