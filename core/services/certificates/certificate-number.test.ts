import { describe, expect, it } from 'vitest';
import { newCertificateNumber, printedNumber, readCertificateNumber } from './certificate-number.js';

describe('a certificate number', () => {
  it('is read back as people write it', () => {
    for (let i = 0; i < 200; i += 1) {
      const number = newCertificateNumber();
      const printed = printedNumber(number);
      expect(printed).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z*~$=U]$/);
      expect(readCertificateNumber(printed)).toBe(number);
      expect(readCertificateNumber(printed.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l'))).toBe(
        // A check symbol is never an O or an L, so only the first twelve may be written so.
        /[01]$/.test(number) ? undefined : number,
      );
    }
  });

  it('finds every single wrong symbol and every swap of neighbours', () => {
    const number = newCertificateNumber();
    for (let at = 0; at < 12; at += 1) {
      for (const other of '0123456789ABCDEFGHJKMNPQRSTVWXYZ') {
        if (other !== number[at]) expect(readCertificateNumber(number.slice(0, at) + other + number.slice(at + 1))).toBeUndefined();
      }
      const swapped = number.slice(0, at) + number[at + 1] + number[at] + number.slice(at + 2);
      if (swapped !== number) expect(readCertificateNumber(swapped)).toBeUndefined();
    }
  });

  it.each(['', '-', '7KQ2', 'x'.repeat(1000), '7KQ2-9XWT-40HM-', '🦠'.repeat(13)])('is not made of %j', (text) => {
    expect(readCertificateNumber(text)).toBeUndefined();
  });
});
