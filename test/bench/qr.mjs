import { randomBytes } from 'node:crypto';
import QRCode from 'qrcode';
import { qrCode } from '../../core/dist/services/certificates/qr-code.js';
import { cycle, rates, row } from './measure.mjs';

/** Codes of 664 and 900 bytes as incompressible as a zipped certificate, beside the SVG of the library that both use. */
export async function run() {
  const rows = [];
  for (const bytes of [664, 900]) {
    const contents = Array.from({ length: 64 }, () => randomBytes(bytes));
    const [ours, theirs, given] = [cycle(contents), cycle(contents), cycle(contents)];
    const svg = (data, mask) => QRCode.toString([{ data, mode: 'byte' }], { type: 'svg', errorCorrectionLevel: 'M', ...mask });
    const measured = await rates({
      ours: () => qrCode(ours()).svg,
      theirs: () => svg(theirs()),
      given: () => svg(given(), { maskPattern: 0 }),
    });
    rows.push(row(`qr, ${bytes} bytes`, 'SVG/s', measured.ours, 'qrcode toString (svg, level M)', measured.theirs));
    rows.push(row(`qr, ${bytes} bytes`, 'SVG/s', measured.ours, 'the same, with any mask', measured.given));
  }
  return rows;
}
