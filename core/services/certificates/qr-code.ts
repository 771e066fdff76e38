import QRCode from 'qrcode';

/** Modules of quiet zone on each side (ISO/IEC 18004). */
const QUIET = 4;
const MILLIMETRES_A_MODULE = 0.4;
/** 117 modules and the quiet zone are 125 × 0.4 mm = 50 mm. */
const LARGEST_VERSION = 25;
/** What version 25 holds in byte mode at level L (ISO/IEC 18004, table 7). */
export const MAX_QR_BYTES = 1273;
const MAX_BYTES_AT_M = 997;
/** Of a PNG, so that a module stays whole on screens and in print. */
const PIXELS_A_MODULE = 8;

export interface QrCode {
  /** Along one side, quiet zone included. */
  readonly modules: number;
  readonly millimetres: number;
  readonly svg: string;
  png(): Promise<Uint8Array>;
}

/**
 * The QR code of a zip, in byte mode: level M where it fits 50 mm at 0.4 mm a module, else L.
 *
 * Throws an Error for more than 1,273 bytes; the check of subjects keeps certificates below that.
 */
export function qrCode(content: Uint8Array): QrCode {
  if (content.length > MAX_QR_BYTES) throw new Error(`a QR code of ${content.length} bytes cannot be printed at 50 mm`);
  const segments = [{ data: Buffer.from(content), mode: 'byte' as const }];
  const level = content.length <= MAX_BYTES_AT_M ? 'M' : 'L';
  const { modules: matrix, version } = QRCode.create(segments, { errorCorrectionLevel: level });
  if (version > LARGEST_VERSION) throw new Error(`the QR code has version ${version}`);
  const modules = matrix.size + 2 * QUIET;
  return {
    modules,
    millimetres: Math.round(modules * MILLIMETRES_A_MODULE * 10) / 10,
    svg: svgOf(matrix, modules),
    png: () => QRCode.toBuffer(segments, { errorCorrectionLevel: level, version, margin: QUIET, scale: PIXELS_A_MODULE, type: 'png' }),
  };
}

/** One path of horizontal runs: small, and without hairlines between modules. */
function svgOf({ size, data }: QRCode.BitMatrix, modules: number): string {
  let path = '';
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      if (!data[row * size + column]) continue;
      const start = column;
      while (column + 1 < size && data[row * size + column + 1]) column += 1;
      path += `M${start + QUIET} ${row + QUIET}h${column - start + 1}v1h-${column - start + 1}z`;
    }
  }
  const side = modules * MILLIMETRES_A_MODULE;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${side.toFixed(1)}mm" height="${side.toFixed(1)}mm" viewBox="0 0 ${modules} ${modules}" shape-rendering="crispEdges"><rect width="${modules}" height="${modules}" fill="#fff"/><path d="${path}" fill="#000"/></svg>`;
}
