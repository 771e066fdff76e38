import { spawnSync } from 'node:child_process';
import { PDFDict, PDFDocument, PDFName } from '@cantoo/pdf-lib';
import { expect, it } from 'vitest';
import { chromium, textOf } from './chromium.fixture.js';

const DATE = Date.parse('2026-11-25T06:00:00Z');
const page = (body: string, { head = '', language = 'en' } = {}) =>
  Buffer.from(`<!doctype html><html lang="${language}"><meta charset="utf-8"><title>Card</title>${head}<body>${body}`);

/** Names of the fonts that come with it, without their weights. */
function familiesIn(pdf: Uint8Array): string[] {
  const fonts = Buffer.from(pdf)
    .toString('latin1')
    .matchAll(/\/BaseFont\s*\/[A-Z]{6}\+([A-Za-z]+)/g);
  return [...new Set([...fonts].map(([, name]) => name as string))].sort();
}

it('prints the size that the page says, tagged, with title, language and the date of the request', async () => {
  const { converter } = await chromium();
  const head = '<style>@page { size: 74mm 105mm; margin: 0 }</style>';
  const pdf = await converter.convert({ document: page('<h1>بطاقة</h1><p>ليلى</p>', { head, language: 'ar' }), date: DATE });
  const document = await PDFDocument.load(pdf, { updateMetadata: false });
  const { width, height } = document.getPage(0).getSize();
  expect([Math.round((width / 72) * 25.4), Math.round((height / 72) * 25.4), document.getPageCount()]).toEqual([74, 105, 1]);
  expect(document.getCreationDate()).toEqual(new Date(DATE));
  expect(document.getTitle()).toBe('Card');
  expect(String(document.catalog.get(PDFName.of('Lang')))).toContain('ar');
  expect(document.catalog.lookup(PDFName.of('MarkInfo'), PDFDict).toString()).toContain('/Marked true');
  expect(document.catalog.has(PDFName.of('StructTreeRoot'))).toBe(true);
});

it('has letters for each of the house’s languages, and brings them with it', async () => {
  const { converter } = await chromium();
  const words = ['Asha', 'ليلى', 'आशा', 'ආශා', 'ஆஷா'];
  const pdf = await converter.convert({ document: page(words.map((word) => `<p>${word}</p>`).join('')), date: DATE });
  expect(familiesIn(pdf)).toEqual(['NotoNaskhArabic', 'NotoSans', 'NotoSansSinhala', 'NotoSansTamil']);
  expect(await textOf(pdf)).toContain('Asha');
});

it('is A4 in Noto Sans where the page says nothing, or asks for what is not there', async () => {
  const { converter } = await chromium();
  const head = '<style>body { font-family: system-ui, sans-serif } p { font-family: Arial }</style>';
  const pdf = await converter.convert({ document: page('Asha<p>Perera</p><pre>12</pre>', { head }), date: DATE });
  const { width, height } = (await PDFDocument.load(pdf)).getPage(0).getSize();
  expect([width, height].map((points) => Math.round((points / 72) * 25.4))).toEqual([210, 297]);
  expect(familiesIn(pdf)).toEqual(['NotoSans']);
});

it('is given up when it takes too long, and the next one is printed', async () => {
  const { converter } = await chromium({ deadlineSeconds: 1 });
  await converter.convert({ document: page('warm'), date: DATE }).catch(() => undefined);
  const heavy = page(`<div style="columns: 7">${'<table><tr><td><b>x</b></td></tr></table>'.repeat(60_000)}</div>`);
  await expect(converter.convert({ document: heavy, date: DATE })).rejects.toThrow('the document took longer than 1 seconds');
  const { converter: patient } = await chromium();
  expect(await textOf(await patient.convert({ document: page('after'), date: DATE }))).toContain('after');
});

it('goes on with a new process when the old one died, and after as many pages as the settings say', async () => {
  const { converter, part } = await chromium({ pagesPerBrowser: 2 });
  const print = async (word: string) => textOf(await converter.convert({ document: page(word), date: DATE }));
  for (const word of ['one', 'two', 'three']) expect(await print(word)).toContain(word);
  const own = spawnSync('pgrep', ['-P', String(process.pid), '-f', 'chromium'], { encoding: 'utf8' })
    .stdout.trim()
    .split('\n');
  expect(own.filter((pid) => pid !== '').length).toBeGreaterThan(0);
  for (const pid of own) process.kill(Number(pid), 'SIGKILL');
  // What was being asked in that moment may fail; nobody waits for ever, and the next one is printed.
  await expect.poll(() => print('four').catch(() => ''), { timeout: 20_000 }).toContain('four');
  expect(await part.health?.()).toEqual({ status: 'pass' });
});

it('refuses what is too much, with a time to come again', async () => {
  const { converter } = await chromium({ pages: 1, queue: 1 });
  const all = await Promise.allSettled(['a', 'b', 'c'].map((word) => converter.convert({ document: page(word), date: DATE })));
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  expect(all[2]).toMatchObject({ reason: { status: 503, code: 'PDF_OVERLOADED', headers: { 'retry-after': '2' } } });
});

it('says in its health why it does not start, and starts nothing before it is asked', async () => {
  const { converter, part } = await chromium({ executable: '/nowhere/chromium' });
  expect(await part.health?.()).toEqual({ status: 'pass' });
  await expect(converter.convert({ document: page('x'), date: DATE })).rejects.toThrow('Chromium does not start');
  expect(await part.health?.()).toMatchObject({ status: 'warn', detail: expect.stringContaining('/nowhere/chromium') });
});
