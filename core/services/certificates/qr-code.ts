import QRCode from 'qrcode';
import { chooseMask } from './qr-mask.js';
import { levelOfText, roomOfText, segmentsOfText } from './qr-text.js';

/** Modules of quiet zone on each side (ISO/IEC 18004). */
const QUIET = 4;
const MILLIMETRES_A_MODULE = 0.4;
/** 117 modules and the quiet zone are 125 × 0.4 mm = 50 mm. */
const LARGEST_VERSION = 25;
/** What version 25 holds (ISO/IEC 18004, table 7), in bytes at level L and at level M. */
export const MAX_QR_BYTES = 1273;
const MAX_BYTES_AT_M = 997;
/** And in characters of its alphanumeric mode, at level L. */
export const MAX_QR_CHARACTERS = 1853;
/** Of a PNG, so that a module stays whole on screens and in print. */
const PIXELS_A_MODULE = 8;

export interface QrCode {
  /** Along one side, quiet zone included. */
  readonly modules: number;
  readonly millimetres: number;
  readonly svg: string;
  png(): Promise<Uint8Array>;
}

/** What a QR code holds: bytes, characters of its alphanumeric mode (0–9, A–Z, space and $%*+-./:), or a text of any kind. */
export type QrContent = Uint8Array | string | { readonly text: string };

/** How large it is, and how large it may be to be printed at 50 mm. */
export function qrRoom(content: QrContent): { readonly size: number; readonly limit: number; readonly unit: 'bytes' | 'characters' } {
  if (isWholeText(content)) return roomOfText(content.text);
  const isText = typeof content === 'string';
  return { size: content.length, limit: isText ? MAX_QR_CHARACTERS : MAX_QR_BYTES, unit: isText ? 'characters' : 'bytes' };
}

/**
 * A QR code of at most 50 mm at 0.4 mm a module. Bytes stand in byte mode, at level M where they fit, else L; characters in
 * alphanumeric mode at level L, as PixelPass has it; texts in the shortest modes, at level Q, M or L: the first that fits.
 *
 * Throws an Error for more than 1,273 bytes or 1,853 characters; the check of subjects keeps certificates below that.
 */
export function qrCode(content: QrContent): QrCode {
  const { size, limit, unit } = qrRoom(content);
  if (size > limit) throw new Error(`a QR code of ${size} ${unit} cannot be printed at 50 mm`);
  const { segments, level } = encoded(content);
  const symbol = QRCode.create(segments, { errorCorrectionLevel: level, maskPattern: 0 });
  const { modules: matrix, version } = symbol;
  if (version > LARGEST_VERSION) throw new Error(`the QR code has version ${version}`);
  const maskPattern = chooseMask(symbol, level);
  const modules = matrix.size + 2 * QUIET;
  return {
    modules,
    millimetres: Math.round(modules * MILLIMETRES_A_MODULE * 10) / 10,
    svg: svgOf(matrix, modules),
    png: () =>
      QRCode.toBuffer(segments, {
        errorCorrectionLevel: level,
        version,
        maskPattern,
        margin: QUIET,
        scale: PIXELS_A_MODULE,
        type: 'png',
      }),
  };
}

/** The mode is named, since the library would fall to byte mode at the first chance. */
function encoded(content: QrContent): { segments: QRCode.QRCodeSegment[]; level: 'L' | 'M' | 'Q' } {
  if (isWholeText(content)) return { segments: segmentsOfText(content.text), level: levelOfText(content.text) };
  if (typeof content === 'string') return { segments: [{ data: content, mode: 'alphanumeric' }], level: 'L' };
  return { segments: [{ data: Buffer.from(content), mode: 'byte' }], level: content.length <= MAX_BYTES_AT_M ? 'M' : 'L' };
}

const isWholeText = (content: QrContent): content is { readonly text: string } => typeof content === 'object' && 'text' in content;

/** One path of horizontal runs: small, and without hairlines between modules. */
function svgOf({ size, data }: QRCode.BitMatrix, modules: number): string {
  // A symbol has thousands of runs, and few lengths of them.
  const ends: string[] = [];
  let path = '';
  for (let row = 0; row < size; row += 1) {
    const y = ` ${row + QUIET}`;
    for (let column = 0; column < size; column += 1) {
      if (!data[row * size + column]) continue;
      const start = column;
      while (column + 1 < size && data[row * size + column + 1]) column += 1;
      const length = column - start + 1;
      ends[length] ??= `h${length}v1h-${length}z`;
      path += `M${start + QUIET}${y}${ends[length]}`;
    }
  }
  const side = modules * MILLIMETRES_A_MODULE;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${side.toFixed(1)}mm" height="${side.toFixed(1)}mm" viewBox="0 0 ${modules} ${modules}" shape-rendering="crispEdges"><rect width="${modules}" height="${modules}" fill="#fff"/><path d="${path}" fill="#000"/></svg>`;
}
