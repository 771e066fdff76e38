import { Inflate, Z_STREAM_END } from 'pako';

/** Read piece by piece, so that what is too large is noticed in time. */
const PIECE = 16_384;

/** How the library is told what surrounds the deflate stream, and how many bytes of check sums follow it. */
const KINDS = { raw: { windowBits: -15, trailer: 0 }, zlib: { windowBits: 15, trailer: 4 }, gzip: { windowBits: 31, trailer: 8 } } as const;

/**
 * The content of a raw deflate stream (RFC 1951), or undefined when it is damaged, cut, larger than `limit` bytes, or has a
 * byte, or a bit that is set, behind its end: one that could be changed without anybody's notice.
 */
export const inflateRaw = (bytes: Uint8Array, limit: number): Uint8Array | undefined => inflateExact(bytes, limit, 'raw');

/** As `inflateRaw`, of a zlib stream (RFC 1950) with its check sum. */
export const inflateZlib = (bytes: Uint8Array, limit: number): Uint8Array | undefined => inflateExact(bytes, limit, 'zlib');

/** As `inflateRaw`, of a gzip file of one member (RFC 1952) with its check sums. */
export const inflateGzip = (bytes: Uint8Array, limit: number): Uint8Array | undefined => inflateExact(bytes, limit, 'gzip');

function inflateExact(bytes: Uint8Array, limit: number, kind: keyof typeof KINDS): Uint8Array | undefined {
  const content = inflated(bytes, limit, kind);
  if (!content) return undefined;
  // The library does not tell how many bits of its last byte the stream needs: the last one that is set must make a difference.
  const at = bytes.length - KINDS[kind].trailer - 1;
  const last = bytes[at] ?? 0;
  if (last === 0) return content;
  const cleared = Uint8Array.from(bytes);
  cleared[at] = last & ~(1 << (31 - Math.clz32(last)));
  const other = inflated(cleared, limit, kind);
  return other?.length === content.length && other.every((byte, index) => byte === content[index]) ? undefined : content;
}

function inflated(bytes: Uint8Array, limit: number, kind: keyof typeof KINDS): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  let length = 0;
  const stream = new Inflate({ windowBits: KINDS[kind].windowBits, chunkSize: PIECE });
  let isEnded = false;
  stream.onData = (part) => {
    const bytesOfPart = part as Uint8Array;
    length += bytesOfPart.length;
    if (length > limit) throw new RangeError('larger than it may be');
    parts.push(bytesOfPart.slice());
  };
  stream.onEnd = (status) => {
    isEnded = status === 0 || status === Z_STREAM_END;
  };
  try {
    stream.push(bytes, true);
  } catch {
    return undefined;
  }
  if (!isEnded || stream.err !== 0 || unread(stream) !== 0) return undefined;
  const content = new Uint8Array(length);
  let end = 0;
  for (const part of parts) {
    content.set(part, end);
    end += part.length;
  }
  return content;
}

/** zlib's own state, which the library's types keep to themselves: how many bytes it was given and did not read. */
const unread = (stream: Inflate): number => (stream as unknown as { readonly strm: { readonly avail_in: number } }).strm.avail_in;
