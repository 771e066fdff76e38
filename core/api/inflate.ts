import { Inflate } from 'fflate';

/** Fed piece by piece: a kilobyte of deflate makes a megabyte at most, so that the bound is noticed in time. */
const PIECE = 1024;
/** Length and its complement of a stored block (RFC 1951, section 3.2.4). */
const EMPTY_BLOCK = [0, 0, 0xff, 0xff];

/**
 * The content of a raw deflate stream (RFC 1951), or undefined when it is damaged, cut, larger than `limit` bytes, or has a
 * byte, or a bit that is set, behind its end: one that could be changed without anybody's notice.
 */
export function inflateRaw(bytes: Uint8Array, limit: number): Uint8Array | undefined {
  const content = inflated(bytes, limit);
  return content && isTidy(bytes, content, limit) ? content : undefined;
}

/**
 * The library does not tell where the stream ended. So its last byte is turned over, and its last bit that is set is cleared:
 * where that makes no difference, it was not read.
 */
function isTidy(bytes: Uint8Array, content: Uint8Array, limit: number): boolean {
  // An empty block to end with, as Go's library writes it: the library does not read the length's complement in it.
  if (EMPTY_BLOCK.every((byte, at) => bytes.at(at - EMPTY_BLOCK.length) === byte)) return true;
  const last = bytes.at(-1) ?? 0;
  const withLast = (byte: number) => inflated(Uint8Array.from([...bytes.subarray(0, -1), byte]), limit);
  if (isSame(withLast(last ^ 0xff), content)) return false;
  return last === 0 || !isSame(withLast(last & ~(1 << (31 - Math.clz32(last)))), content);
}

const isSame = (a: Uint8Array | undefined, b: Uint8Array): boolean => a?.length === b.length && a.every((byte, at) => byte === b[at]);

function inflated(bytes: Uint8Array, limit: number): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  let length = 0;
  const stream = new Inflate((part) => {
    length += part.length;
    if (length > limit) throw new RangeError('larger than it may be');
    parts.push(part);
  });
  try {
    for (let at = 0; at < bytes.length || at === 0; at += PIECE) stream.push(bytes.subarray(at, at + PIECE), at + PIECE >= bytes.length);
  } catch {
    return undefined;
  }
  const content = new Uint8Array(length);
  let end = 0;
  for (const part of parts) {
    content.set(part, end);
    end += part.length;
  }
  return content;
}
