import QRCode from 'qrcode';

const MASKS = [0, 1, 2, 3, 4, 5, 6, 7] as const;
export type Mask = (typeof MASKS)[number];

/** All lines of a symbol, rows or columns, `words` of 32 modules each; the first module is the lowest bit. */
interface Lines {
  readonly words: number;
  readonly bits: Uint32Array;
}

interface Grid {
  readonly rows: Lines;
  readonly columns: Lines;
}

/** By version and level: what turns a symbol with mask 0 into the same with another one, format information included. */
const differences = new Map<string, readonly { readonly data: Uint8Array; readonly grid: Grid }[]>();

/**
 * Gives a symbol, drawn with mask 0, the mask of the least penalty (ISO/IEC 18004, 7.8.3), which it answers; the first of those
 * that have the same.
 *
 * `qrcode` chooses the same one, module by module, which takes ten times as long as all the rest. Lines of 32 modules at a
 * time are as good; a test compares both.
 */
export function chooseMask({ modules, version }: QRCode.QRCode, level: 'L' | 'M' | 'Q'): Mask {
  const { size, data } = modules;
  const others = differencesOf(version, level);
  const grid = gridOf(size, data);
  let best: Mask = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const mask of MASKS) {
    const penalty = penaltyOf(size, grid, others[mask]?.grid as Grid, least);
    if (penalty < least) [best, least] = [mask, penalty];
  }
  const { data: difference } = others[best] as { data: Uint8Array };
  for (let index = 0; index < difference.length; index += 1) data[index] = Number(data[index]) ^ difference[index]!;
  return best;
}

/** Read from the library itself, with any content: masks and format information do not depend on it. */
function differencesOf(version: number, level: 'L' | 'M' | 'Q') {
  const key = `${version}${level}`;
  let found = differences.get(key);
  if (!found) {
    const symbols = MASKS.map((maskPattern) => QRCode.create('A', { version, errorCorrectionLevel: level, maskPattern }).modules);
    const plain = symbols[0] as QRCode.BitMatrix;
    found = symbols.map(({ data }) => {
      const difference = Uint8Array.from(data, (bit, index) => Number(Boolean(bit) !== Boolean(plain.data[index])));
      return { data: difference, grid: gridOf(plain.size, difference) };
    });
    differences.set(key, found);
  }
  return found;
}

function gridOf(size: number, data: Uint8Array): Grid {
  const words = Math.ceil(size / 32);
  // One word more, so that the last one of a line may look beyond itself.
  const [rows, columns] = [new Uint32Array(size * words + 1), new Uint32Array(size * words + 1)];
  for (let row = 0, index = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1, index += 1) {
      if (!data[index]) continue;
      rows[row * words + (column >>> 5)]! |= 1 << column;
      columns[column * words + (row >>> 5)]! |= 1 << row;
    }
  }
  return { rows: { words, bits: rows }, columns: { words, bits: columns } };
}

/** The points of all four rules. Infinite as soon as they are more than `limit`. */
function penaltyOf(size: number, plain: Grid, difference: Grid, limit: number): number {
  const rows = masked(plain.rows, difference.rows);
  let points = linePoints(size, rows) + blockPoints(size, rows) + balancePoints(size, rows);
  if (points < limit) points += linePoints(size, masked(plain.columns, difference.columns));
  return points;
}

function masked({ words, bits }: Lines, difference: Lines): Lines {
  const result = new Uint32Array(bits.length);
  for (let at = 0; at < bits.length; at += 1) result[at] = bits[at]! ^ difference.bits[at]!;
  return { words, bits: result };
}

/**
 * Rule 1: runs of five and more of one colour, 3 points and 1 for each further module. Rule 3: dark-light-dark-dark-dark-light-
 * dark beside four light modules, 40 points.
 */
function linePoints(size: number, { words, bits }: Lines): number {
  let points = 0;
  for (let line = 0; line < size; line += 1) {
    // The run of the word before, as far as it goes on in this one.
    let before = 0;
    for (let word = 0; word < words; word += 1) {
      const at = line * words + word;
      const low = bits[at]!;
      // What stands beyond the end of a line is not looked at.
      const high = bits[at + 1]!;
      // The lines that begin one module later, two later, and so on: written out, for this is run 2,000 times a symbol.
      const b1 = (low >>> 1) | (high << 31);
      const b2 = (low >>> 2) | (high << 30);
      const b3 = (low >>> 3) | (high << 29);
      const b4 = (low >>> 4) | (high << 28);
      const b5 = (low >>> 5) | (high << 27);
      const b6 = (low >>> 6) | (high << 26);
      const b7 = (low >>> 7) | (high << 25);
      const b8 = (low >>> 8) | (high << 24);
      const b9 = (low >>> 9) | (high << 23);
      const b10 = (low >>> 10) | (high << 22);
      const runs = ~((low ^ b1) | (b1 ^ b2) | (b2 ^ b3) | (b3 ^ b4)) & starts(size - 4 - word * 32);
      points += ones(runs) + 2 * ones(runs & ~((runs << 1) | before));
      before = runs >>> 31;
      const after = low & ~b1 & b2 & b3 & b4 & ~b5 & b6 & ~(b7 | b8 | b9 | b10);
      const ahead = ~(low | b1 | b2 | b3) & b4 & ~b5 & b6 & b7 & b8 & ~b9 & b10;
      points += 40 * ones((after | ahead) & starts(size - 10 - word * 32));
    }
  }
  return points;
}

/** Rule 2: every square of four modules of one colour, 3 points. */
function blockPoints(size: number, { words, bits }: Lines): number {
  let blocks = 0;
  for (let line = 0; line < size - 1; line += 1) {
    for (let word = 0; word < words; word += 1) {
      const at = line * words + word;
      const a = bits[at]!;
      const b = bits[at + words]!;
      const right = (a >>> 1) | (bits[at + 1]! << 31);
      const below = (b >>> 1) | (bits[at + words + 1]! << 31);
      blocks += ones(~((a ^ right) | (a ^ b) | (b ^ below)) & starts(size - 1 - word * 32));
    }
  }
  return 3 * blocks;
}

/** Rule 4: 10 points for every 5 % that the share of dark modules is away from a half, counted as `qrcode` does. */
function balancePoints(size: number, { bits }: Lines): number {
  let dark = 0;
  for (const word of bits) dark += ones(word);
  return 10 * Math.abs(Math.ceil((dark * 100) / (size * size) / 5) - 10);
}

/** The lowest `count` bits, of at most 32. */
const starts = (count: number): number => (count >= 32 ? -1 : count <= 0 ? 0 : (1 << count) - 1);

/** How many bits are set. */
function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
