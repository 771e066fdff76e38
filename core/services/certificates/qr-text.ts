import type { QRCodeSegment } from 'qrcode';

/** Data bits of version 25 (ISO/IEC 18004, table 7), by level: what can be printed at 50 mm. */
const BITS = { Q: 5_744, M: 8_000, L: 10_208 } as const;
type Level = keyof typeof BITS;

/** Bits in front of a segment in versions 10 to 26 (tables 2 and 3): its mode, and how long it is. */
const HEADER = { byte: 4 + 16, alphanumeric: 4 + 11, numeric: 4 + 12 } as const;
type Mode = keyof typeof HEADER;

interface Part {
  readonly mode: Mode;
  readonly text: string;
}

/**
 * How a text stands in a QR code: whole in alphanumeric mode where its characters allow it (`HC1:…`), else in byte mode but
 * for the digits that end it (`shc:/5676…`), which take less than half as much.
 */
export function segmentsOfText(text: string): QRCodeSegment[] {
  return partsOf(text).map(({ mode, text }) => (mode === 'byte' ? { mode, data: Buffer.from(text) } : { mode, data: text }));
}

/**
 * The strongest level at which it still prints at 50 mm. Level Q is what HCERT recommends for paper
 * (https://github.com/ehn-dcc-development/eu-dcc-hcert-spec): a quarter of the code may be worn off.
 */
export function levelOfText(text: string): Level {
  const bits = bitsOf(partsOf(text));
  return bits <= BITS.Q ? 'Q' : bits <= BITS.M ? 'M' : 'L';
}

/** How long it is, and how long a text of its kind may be. */
export function roomOfText(text: string): { readonly size: number; readonly limit: number; readonly unit: 'bytes' | 'characters' } {
  const parts = partsOf(text);
  const [last] = parts.slice(-1);
  if (!last || last.mode === 'byte') return { size: Buffer.byteLength(text), limit: Math.floor((BITS.L - HEADER.byte) / 8), unit: 'bytes' };
  const before = parts.slice(0, -1);
  const left = BITS.L - bitsOf(before) - HEADER[last.mode];
  // What is left of a whole group (10 bits for 3 digits, 11 for 2 characters) may hold one or two more.
  const most =
    last.mode === 'numeric'
      ? Math.floor(left / 10) * 3 + (left % 10 >= 7 ? 2 : left % 10 >= 4 ? 1 : 0)
      : Math.floor(left / 11) * 2 + (left % 11 >= 6 ? 1 : 0);
  return { size: text.length, limit: text.length - last.text.length + most, unit: 'characters' };
}

function partsOf(text: string): readonly Part[] {
  if (/^[0-9A-Z $%*+\-./:]+$/.test(text)) return [{ mode: 'alphanumeric', text }];
  const [, front = text, digits = ''] = /^(.*?\D)(\d{8,})$/s.exec(text) ?? [];
  return [{ mode: 'byte', text: front }, ...(digits === '' ? [] : [{ mode: 'numeric', text: digits } as const])];
}

function bitsOf(parts: readonly Part[]): number {
  const bits = ({ mode, text: { length }, text }: Part): number => {
    if (mode === 'byte') return Buffer.byteLength(text) * 8;
    if (mode === 'alphanumeric') return Math.floor(length / 2) * 11 + (length % 2) * 6;
    return Math.floor(length / 3) * 10 + [0, 4, 7][length % 3]!;
  };
  return parts.reduce((sum, part) => sum + HEADER[part.mode] + bits(part), 0);
}
