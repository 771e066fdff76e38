/** A tagged item: what the tag means is for others to say. */
export class Tagged {
  readonly tag: number;
  readonly value: Cbor;

  constructor(tag: number, value: Cbor) {
    this.tag = tag;
    this.value = value;
  }
}

/** Simple values other than false, true and null are `undefined`. */
export type Cbor = string | number | bigint | boolean | null | undefined | Uint8Array | readonly Cbor[] | CborMap | Tagged;
export type CborMap = ReadonlyMap<string | number, Cbor>;

/** A certificate has six levels. */
const MAX_DEPTH = 24;
const BREAK = 0xff;

/** Why bytes are not CBOR: thrown inside this file alone. */
class NotCbor extends Error {}

/**
 * The one CBOR item (RFC 8949) that these bytes are, or undefined when they are none, or nested deeper than 24 levels.
 *
 * Read are indefinite lengths, maps with keys that are texts or integers, and any tag. A key that stands twice, a text
 * that is not UTF-8, and bytes behind the item make it none: two readers must never see two things.
 */
export function readCbor(bytes: Uint8Array): Cbor {
  try {
    const reader = new Reader(bytes);
    const item = reader.item(0);
    return reader.isAtEnd ? item : undefined;
  } catch (error) {
    if (error instanceof NotCbor) return undefined;
    throw error;
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  item(depth: number): Cbor {
    if (depth > MAX_DEPTH) throw new NotCbor();
    const initial = this.#take(1)[0] as number;
    const [major, info] = [initial >> 5, initial & 0x1f];
    if (major === 7) return this.#simpleOrFloat(info);
    if (major === 0) return this.#argument(info);
    if (major === 1) return negative(this.#argument(info));
    if (major === 6) return new Tagged(this.#count(info), this.item(depth + 1));
    const length = info === 31 ? undefined : this.#count(info);
    if (major === 2) return this.#string(2, length);
    if (major === 3) return length === undefined ? this.#chunks(3).map(text).join('') : text(this.#take(length));
    return major === 4 ? this.#array(length, depth) : this.#map(length, depth);
  }

  #string(major: number, length: number | undefined): Uint8Array {
    if (length !== undefined) return this.#take(length);
    const chunks = this.#chunks(major);
    const whole = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
    let at = 0;
    for (const chunk of chunks) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    return whole;
  }

  /** The pieces of a string of indefinite length: each of the same kind, and of definite length (section 3.2.3). */
  #chunks(major: number): Uint8Array[] {
    const chunks: Uint8Array[] = [];
    while (!this.#isBreak()) {
      const initial = this.#take(1)[0] as number;
      if (initial >> 5 !== major) throw new NotCbor();
      chunks.push(this.#take(this.#count(initial & 0x1f)));
    }
    return chunks;
  }

  #array(length: number | undefined, depth: number): Cbor[] {
    const items: Cbor[] = [];
    while (length === undefined ? !this.#isBreak() : items.length < length) items.push(this.item(depth + 1));
    return items;
  }

  #map(length: number | undefined, depth: number): CborMap {
    const map = new Map<string | number, Cbor>();
    while (length === undefined ? !this.#isBreak() : map.size < length) {
      const key = this.item(depth + 1);
      if ((typeof key !== 'string' && !Number.isSafeInteger(key)) || map.has(key as string | number)) throw new NotCbor();
      map.set(key as string | number, this.item(depth + 1));
    }
    return map;
  }

  #simpleOrFloat(info: number): Cbor {
    if (info === 20 || info === 21) return info === 21;
    if (info === 22) return null;
    if (info === 25) return half(this.#number(2) as number);
    if (info === 26) return this.#advance(4, (at) => this.#view.getFloat32(at));
    if (info === 27) return this.#advance(8, (at) => this.#view.getFloat64(at));
    if (info === 24) this.#take(1);
    else if (info > 23) throw new NotCbor();
    return undefined;
  }

  /** The argument of an initial byte (section 3): a number, or a bigint beyond 2^53. */
  #argument(info: number): number | bigint {
    if (info < 24) return info;
    if (info > 27) throw new NotCbor();
    return this.#number(1 << (info - 24));
  }

  #count(info: number): number {
    const count = this.#argument(info);
    if (typeof count === 'bigint') throw new NotCbor();
    return count;
  }

  #number(size: number): number | bigint {
    return this.#advance(size, (at) => {
      if (size === 1) return this.#view.getUint8(at);
      if (size === 2) return this.#view.getUint16(at);
      if (size === 4) return this.#view.getUint32(at);
      const value = this.#view.getBigUint64(at);
      return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
    });
  }

  #isBreak(): boolean {
    if (this.#bytes[this.#at] !== BREAK) return false;
    this.#at += 1;
    return true;
  }

  #take(length: number): Uint8Array {
    return this.#advance(length, (at) => this.#bytes.subarray(at, at + length));
  }

  #advance<T>(length: number, read: (at: number) => T): T {
    if (length > this.#bytes.length - this.#at) throw new NotCbor();
    const value = read(this.#at);
    this.#at += length;
    return value;
  }
}

const negative = (argument: number | bigint): number | bigint => (typeof argument === 'bigint' ? -1n - argument : -1 - argument);

function text(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new NotCbor();
  }
}

/** IEEE 754 binary16 (RFC 8949, appendix D). */
function half(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 0x1f, bits & 0x3ff];
  const size =
    exponent === 0 ? fraction * 2 ** -24 : exponent < 31 ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction ? Number.NaN : Infinity;
  return bits & 0x8000 ? -size : size;
}
