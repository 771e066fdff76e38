import { crc32 } from './crc32.js';
import { inflateRaw } from './inflate.js';

/** The bit of the header that says that a name follows. */
const FILE_NAME = 0x08;

/**
 * The content of a gzip file of one member (RFC 1952), or undefined when it is damaged, cut, larger than `limit` bytes, or
 * something follows it. Of the header's optional parts only a file's name is known.
 */
export function inflateGzip(bytes: Uint8Array, limit: number): Uint8Array | undefined {
  const [magic = 0, more = 0, method = 0, flags = 0] = bytes;
  if (bytes.length < 18 || magic !== 0x1f || more !== 0x8b || method !== 8 || (flags & ~FILE_NAME) !== 0) return undefined;
  const start = flags === FILE_NAME ? bytes.indexOf(0, 10) + 1 : 10;
  const content = start > 0 ? inflateRaw(bytes.subarray(start, -8), limit) : undefined;
  const end = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8, 8);
  return content && crc32(content) === end.getUint32(0, true) && content.length === end.getUint32(4, true) ? content : undefined;
}
