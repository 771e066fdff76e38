import { randomBytes } from 'node:crypto';
import QRCode from 'qrcode';
import { qrCode } from '../../core/dist/services/certificates/qr-code.js';
import { cycle, rates, row } from './measure.mjs';

/** Codes of 900 bytes as incompressible as a zipped certificate, beside the SVG of the library that both use. */
export async function run() {
  const contents = Array.from({ length: 64 }, () => randomBytes(900));
  const [ours, theirs] = [cycle(contents), cycle(contents)];
  const measured = await rates({
    ours: () => qrCode(ours()).svg,
    theirs: () => QRCode.toString([{ data: theirs(), mode: 'byte' }], { type: 'svg', errorCorrectionLevel: 'M' }),
  });
  return [row('qr', 'SVG/s', measured.ours, 'qrcode toString (svg, level M)', measured.theirs)];
}
