import { randomBytes } from 'node:crypto';
import QRCode from 'qrcode';
import { qrCode } from '../../core/dist/services/certificates/qr-code.js';
import { rates, row } from './measure.mjs';

/** 900 bytes, as a realistic certificate has. */
export async function run() {
  const content = () => randomBytes(900);
  const measured = await rates({
    ours: () => qrCode(content()).svg,
    theirs: () => QRCode.toString([{ data: content(), mode: 'byte' }], { type: 'svg', errorCorrectionLevel: 'M' }),
  });
  return [row('qr', 'SVG/s', measured.ours, 'qrcode toString', measured.theirs)];
}
