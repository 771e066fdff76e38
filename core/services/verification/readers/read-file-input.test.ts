import { describe, expect, it } from 'vitest';
import { encodeDivocZip } from '../../../api/divoc-zip.js';
import { drawingBomb, pdfOf, qrPng } from './files.fixture.js';
import { readIsolated } from './isolated-reader.js';
import { MAX_FILE, readFileInput } from './read-file-input.js';

const zip = encodeDivocZip({ id: 'urn:uuid:1' });

describe('readFileInput', () => {
  it('leaves text and zips as they are', async () => {
    for (const bytes of [zip, Buffer.from('{"a":1}'), Buffer.from('B64:e30='), Buffer.from(' %PDF-1.7'), new Uint8Array()]) {
      expect(await readFileInput(bytes)).toEqual({ input: bytes });
    }
  });

  // The process runs the built file, like divoc itself.
  it('reads pictures and PDFs in a process of their own', async () => {
    expect(await readFileInput(await qrPng(zip))).toEqual({ input: zip });
    expect(await readFileInput(await pdfOf({ codes: [zip] }))).toEqual({ input: zip });
    expect(await readFileInput(Buffer.from('%PDF-1.7'))).toEqual({ failure: 'PDF_UNREADABLE' });
  });

  it('refuses what is larger than any certificate before it looks at it', async () => {
    const file = new Uint8Array(MAX_FILE + 1);
    file.set(Buffer.from('%PDF-1.7'));
    expect(await readFileInput(file)).toEqual({ failure: 'FILE_TOO_LARGE' });
  });

  it('gives up a PDF that draws for ever, and stays awake meanwhile', async () => {
    expect(await readIsolated(drawingBomb(2))).toEqual({ failure: 'PDF_EMPTY' });
    let beats = 0;
    const heart = setInterval(() => (beats += 1), 50);
    const started = performance.now();
    expect(await readIsolated(drawingBomb(9), 3_000)).toEqual({ failure: 'FILE_UNREADABLE' });
    clearInterval(heart);
    expect(performance.now() - started).toBeLessThan(60_000);
    expect(beats).toBeGreaterThan(5);
  });
});
