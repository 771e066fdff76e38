import { describe, expect, it } from 'vitest';
import { encodeDivocZip } from '../../../api/divoc-zip.js';
import { readInput } from '../../../verifier/read-input.js';
import { type PdfContent, pdfOf } from './files.fixture.js';
import { readPdf } from './pdf.js';

const credential = { id: 'urn:uuid:1', name: 'मित्र', filler: 'abcdefghijklmnop'.repeat(40) };
const zip = encodeDivocZip(credential);
const other = { ...credential, name: 'Somebody else' };
const otherZip = encodeDivocZip(other);

describe('readPdf', () => {
  it.each<[string, PdfContent]>([
    ['the code on a page', { codes: [zip] }],
    ['the code on the last of four pages', { pages: 3, codes: [zip] }],
    ['the same code on two pages', { codes: [zip, zip] }],
    ['an attachment', { pages: 1, attached: { 'certificate.json': credential } }],
    ['an attachment by another name', { pages: 1, attached: { 'vaccination.jsonld': credential } }],
    ['both', { codes: [zip], attached: { 'certificate.json': credential } }],
    [
      'both, written in another order',
      { codes: [zip], attached: { 'certificate.json': Object.fromEntries(Object.entries(credential).reverse()) } },
    ],
    ['both, beside files of other kinds', { codes: [zip], attached: { 'certificate.json': credential, 'photo.bin': new Uint8Array(9) } }],
    ['a page as large as pages get', { codes: [zip], size: [1_400, 1_400] }],
  ])('finds the credential: %s', async (_what, content) => {
    const result = await readPdf(await pdfOf(content));
    expect(result).toEqual({ input: expect.any(Uint8Array) });
    if ('input' in result) expect(readInput(result.input)).toEqual({ document: credential });
  });

  it.each<[string, PdfContent, string]>([
    ['neither', { pages: 1 }, 'PDF_EMPTY'],
    ['only files of other kinds', { pages: 1, attached: { 'photo.bin': new Uint8Array(9) } }, 'PDF_EMPTY'],
    ['another credential attached than printed', { codes: [zip], attached: { 'certificate.json': other } }, 'PDF_PARTS_DIFFER'],
    ['one value changed in the attachment', { codes: [otherZip], attached: { 'certificate.json': credential } }, 'PDF_PARTS_DIFFER'],
    ['an attachment that is no JSON', { codes: [zip], attached: { 'certificate.json': new Uint8Array([1]) } }, 'PDF_PARTS_DIFFER'],
    [
      'a code that is no credential',
      { codes: [Buffer.from('https://example.org')], attached: { 'a.json': credential } },
      'PDF_PARTS_DIFFER',
    ],
    ['two attachments', { pages: 1, attached: { 'certificate.json': credential, 'b.json': other } }, 'PDF_ATTACHMENTS_AMBIGUOUS'],
    ['two attachments that are one', { codes: [zip], attached: { 'a.vc': credential, 'b.JSON': credential } }, 'PDF_ATTACHMENTS_AMBIGUOUS'],
    ['two codes', { codes: [zip, otherZip] }, 'QR_AMBIGUOUS'],
    ['two codes, one of them attached', { codes: [zip, otherZip], attached: { 'certificate.json': credential } }, 'QR_AMBIGUOUS'],
    ['five pages', { codes: [zip], pages: 4 }, 'PDF_TOO_LONG'],
    ['a password', { codes: [zip], password: 'secret' }, 'PDF_UNREADABLE'],
  ])('refuses %s', async (_what, content, failure) => {
    expect(await readPdf(await pdfOf(content))).toEqual({ failure });
  });

  it('takes a credential that is a text for the same, attached as JSON and printed as it stands', async () => {
    const text = 'HC1:6BFOXN%TS3DH0YOJ58S S-W5HDC *M0II5XHC9B5G2';
    const attached = { 'certificate.json': text };
    const result = await readPdf(await pdfOf({ codes: [text], attached }));
    expect('input' in result && readInput(result.input)).toEqual({ document: text });
    for (const code of [`${text}A`, zip])
      expect(await readPdf(await pdfOf({ codes: [code], attached }))).toEqual({ failure: 'PDF_PARTS_DIFFER' });
  });

  it('keeps a page of any size within bounds', async () => {
    for (const size of [
      [14_400, 14_400],
      [14_400, 3],
      [1, 1],
    ] as [number, number][]) {
      const before = process.memoryUsage.rss();
      expect(await readPdf(await pdfOf({ pages: 1, size }))).toEqual({ failure: expect.stringMatching(/^PDF_(EMPTY|UNREADABLE)$/) });
      expect(process.memoryUsage.rss() - before).toBeLessThan(400_000_000);
    }
  });

  it('never throws for damage, and leaves what it is given alone', async () => {
    const whole = await pdfOf({ codes: [zip], attached: { 'certificate.json': credential } });
    const copy = whole.slice();
    await readPdf(whole);
    expect(Buffer.compare(whole, copy)).toBe(0);
    for (let round = 0; round < 12; round += 1) {
      const damaged = round % 3 === 0 ? whole.slice(0, (whole.length * (round + 1)) / 13) : whole.slice();
      for (let at = 5 + round * 31; at < damaged.length; at += 401 + round * 1_013) damaged[at] = damaged[at]! ^ (0x11 + round);
      const result = await readPdf(damaged);
      if ('input' in result) expect(readInput(result.input)).toEqual({ document: credential });
    }
    for (const text of [
      '%PDF-',
      '%PDF-1.7\n%%EOF',
      `%PDF-1.7\n${'['.repeat(100_000)}`,
      `%PDF-1.7\ntrailer<</Root 1 0 R>>1 0 obj 1 0 R endobj`,
    ]) {
      expect(await readPdf(new TextEncoder().encode(text))).toEqual({ failure: 'PDF_UNREADABLE' });
    }
  });
});
