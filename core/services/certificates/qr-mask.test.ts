import { createHash } from 'node:crypto';
import QRCode from 'qrcode';
import { describe, expect, it } from 'vitest';
import { chooseMask } from './qr-mask.js';

/** The same bytes in every run, as incompressible as a zipped certificate. */
const content = (seed: number, length: number): Buffer =>
  Buffer.concat(
    Array.from({ length: Math.ceil(length / 64) }, (_, part) => createHash('sha512').update(`${seed} ${part}`).digest()),
  ).subarray(0, length);

describe('the mask of a QR code', () => {
  it.each(['L', 'M', 'Q'] as const)('is the one that the library chooses, at level %s', (level) => {
    for (let seed = 0; seed < 40; seed += 1) {
      const segments = [{ data: content(seed, 5 + ((seed * 397) % 700)), mode: 'byte' as const }];
      const theirs = QRCode.create(segments, { errorCorrectionLevel: level });
      const ours = QRCode.create(segments, { errorCorrectionLevel: level, maskPattern: 0 });
      expect(chooseMask(ours, level), `seed ${seed}`).toBe(theirs.maskPattern);
      expect(Buffer.from(ours.modules.data).equals(Buffer.from(theirs.modules.data))).toBe(true);
    }
  });
});
