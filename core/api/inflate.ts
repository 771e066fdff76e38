/** Base length and extra bits of length codes 257 to 285, and of distance codes 0 to 29 (RFC 1951, section 3.2.5). */
const LENGTH_BASE = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385,
  24577,
];
const DISTANCE_EXTRA = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
/** The order in which the lengths of the code-length code stand (section 3.2.7). */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const MAX_BITS = 15;

/** A canonical Huffman code: how many codes each length has, and their symbols in order. */
interface Huffman {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

const FIXED_LENGTHS = huffman(Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8)));
const FIXED_DISTANCES = huffman(Array(30).fill(5));

/** Why a stream is not one: thrown inside this file alone. */
class NotDeflate extends Error {}

/**
 * What a DEFLATE stream (RFC 1951) holds, or undefined when it is damaged, inflates to more than `limit` bytes, ends early,
 * or is followed by anything, be it a bit.
 *
 * Libraries stop reading where the stream ends: bits beyond its end could be changed without anybody's notice, so that
 * one signed certificate would have many texts.
 */
export function inflateRaw(data: Uint8Array, limit: number): Uint8Array | undefined {
  try {
    return new Inflating(data, limit).all();
  } catch (error) {
    if (error instanceof NotDeflate) return undefined;
    throw error;
  }
}

class Inflating {
  readonly #data: Uint8Array;
  readonly #limit: number;
  #out = new Uint8Array(1024);
  #size = 0;
  #at = 0;
  #bits = 0;
  #held = 0;

  constructor(data: Uint8Array, limit: number) {
    this.#data = data;
    this.#limit = limit;
  }

  all(): Uint8Array {
    for (let isLast = false; !isLast; ) {
      isLast = this.#take(1) === 1;
      const type = this.#take(2);
      if (type === 0) this.#stored();
      else if (type === 1) this.#compressed(FIXED_LENGTHS, FIXED_DISTANCES);
      else if (type === 2) this.#dynamic();
      else throw new NotDeflate();
    }
    if (this.#at !== this.#data.length || this.#bits !== 0) throw new NotDeflate();
    return this.#out.subarray(0, this.#size);
  }

  #stored(): void {
    // Bits up to the next byte are padding.
    if (this.#bits !== 0) throw new NotDeflate();
    this.#held = 0;
    const [length, complement] = [this.#take(16), this.#take(16)];
    if (length !== (complement ^ 0xffff)) throw new NotDeflate();
    for (let left = length; left > 0; left -= 1) this.#put(this.#take(8));
  }

  #dynamic(): void {
    const [lengths, distances, given] = [this.#take(5) + 257, this.#take(5) + 1, this.#take(4) + 4];
    if (lengths > 286 || distances > 30) throw new NotDeflate();
    const ofCodes = new Array<number>(19).fill(0);
    for (const symbol of ORDER.slice(0, given)) ofCodes[symbol] = this.#take(3);
    const codes = huffman(ofCodes);
    const all: number[] = [];
    while (all.length < lengths + distances) {
      const symbol = this.#symbol(codes);
      if (symbol < 16) all.push(symbol);
      else {
        const repeated = symbol === 16 ? all.at(-1) : 0;
        if (repeated === undefined) throw new NotDeflate();
        const times = symbol === 16 ? 3 + this.#take(2) : symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7);
        for (let left = times; left > 0; left -= 1) all.push(repeated);
      }
    }
    // A block without an end could not be read.
    if (all.length > lengths + distances || all[256] === 0) throw new NotDeflate();
    this.#compressed(huffman(all.slice(0, lengths)), huffman(all.slice(lengths)));
  }

  #compressed(lengths: Huffman, distances: Huffman): void {
    for (let symbol = this.#symbol(lengths); symbol !== 256; symbol = this.#symbol(lengths)) {
      if (symbol < 256) this.#put(symbol);
      else {
        const length = this.#extended(symbol - 257, LENGTH_BASE, LENGTH_EXTRA);
        const distance = this.#extended(this.#symbol(distances), DISTANCE_BASE, DISTANCE_EXTRA);
        if (distance > this.#size) throw new NotDeflate();
        for (let left = length; left > 0; left -= 1) this.#put(this.#out[this.#size - distance] as number);
      }
    }
  }

  #extended(code: number, bases: readonly number[], extras: readonly number[]): number {
    const [base, extra] = [bases[code], extras[code]];
    if (base === undefined || extra === undefined) throw new NotDeflate();
    return base + this.#take(extra);
  }

  /** One symbol, bit by bit: codes of one length are consecutive numbers. */
  #symbol({ counts, symbols }: Huffman): number {
    let [code, first, index] = [0, 0, 0];
    for (let length = 1; length <= MAX_BITS; length += 1) {
      code |= this.#take(1);
      const count = counts[length] as number;
      if (code - count < first) return symbols[index + code - first] as number;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new NotDeflate();
  }

  /** The next bits, the least significant first; at most 16. */
  #take(count: number): number {
    while (this.#held < count) {
      const byte = this.#data[this.#at];
      if (byte === undefined) throw new NotDeflate();
      this.#bits |= byte << this.#held;
      this.#at += 1;
      this.#held += 8;
    }
    const value = this.#bits & ((1 << count) - 1);
    this.#bits >>>= count;
    this.#held -= count;
    return value;
  }

  #put(byte: number): void {
    if (this.#size === this.#limit) throw new NotDeflate();
    if (this.#size === this.#out.length) {
      const larger = new Uint8Array(this.#out.length * 2);
      larger.set(this.#out);
      this.#out = larger;
    }
    this.#out[this.#size] = byte;
    this.#size += 1;
  }
}

/** The code that these lengths make (section 3.2.2). Throws for one that has more codes than there is room for. */
function huffman(lengths: readonly number[]): Huffman {
  const counts = new Uint16Array(MAX_BITS + 1);
  for (const length of lengths) counts[length] = (counts[length] as number) + 1;
  counts[0] = 0;
  let room = 1;
  for (let length = 1; length <= MAX_BITS; length += 1) {
    room = room * 2 - (counts[length] as number);
    if (room < 0) throw new NotDeflate();
  }
  const symbols = lengths.flatMap((length, symbol) => (length === 0 ? [] : [{ length, symbol }])).sort((a, b) => a.length - b.length);
  return { counts, symbols: Uint16Array.from(symbols, ({ symbol }) => symbol) };
}
