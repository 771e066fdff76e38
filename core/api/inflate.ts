import { Inflate } from 'fflate';

/** Fed piece by piece: a kilobyte of deflate makes a megabyte at most, so that the bound is noticed in time. */
const PIECE = 1024;

/**
 * The content of a raw deflate stream (RFC 1951), or undefined when it is damaged, cut, larger than `limit` bytes, or has a
 * byte or a bit more than it needs: one that could be changed without anybody's notice.
 */
export function inflateRaw(bytes: Uint8Array, limit: number): Uint8Array | undefined {
  const content = inflated(bytes, limit);
  return content && isExact(bytes, content, limit) ? content : undefined;
}

/** The library stops where the stream ends and does not tell where that was, so the last byte and its last bit are tried. */
function isExact(bytes: Uint8Array, content: Uint8Array, limit: number): boolean {
  if (inflated(bytes.subarray(0, -1), limit)) return false;
  const last = bytes.at(-1) ?? 0;
  if (last === 0) return true;
  const cleared = Uint8Array.from(bytes);
  cleared[bytes.length - 1] = last & ~(1 << (31 - Math.clz32(last)));
  const other = inflated(cleared, limit);
  return !other || other.length !== content.length || other.some((byte, at) => byte !== content[at]);
}

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
