import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeDivocZip } from '../../core/api/index.js';
import { client, dose } from '../journeys/requests.js';
import { type RunningHouse, startHouse, tokenFor } from '../journeys/running-house.js';

/** What we print, as programs of others see it: poppler renders it, zbar reads its code. */
let house: RunningHouse;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.stop());

function run(program: string, args: readonly string[]): Buffer {
  const { status, stdout, stderr } = spawnSync(program, args);
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
  return stdout;
}

it.each([
  ['en', {}],
  ['ar', { patient: { name: 'ليلى حسن', gender: 'أنثى' } }],
  ['hi', { facility: { name: 'प्राथमिक स्वास्थ्य केंद्र क्षमता विभाग', district: 'तिरुवनंतपुरम', region: 'केरल', country: 'भारत' } }],
])('the PDF in %s has its fonts with it, and its code is read by zbar', async (language, changes) => {
  const nurse = client(house.address, tokenFor(house.home));
  const made = await nurse('POST', '/v1/vaccinations', { body: dose(`zbar-${language}`, 1, changes) });
  const { links } = (await made.json()) as { links: Record<string, string> };
  const credential = await (await nurse('GET', links.credential as string)).json();
  const pdf = join(house.home, `${language}.pdf`);
  writeFileSync(pdf, Buffer.from(await (await nurse('GET', `${links.pdf}?language=${language}`)).arrayBuffer()));
  // One line a font: name, type, encoding, emb, sub, uni.
  const fonts = run('pdffonts', [pdf]).toString().trim().split('\n').slice(2);
  expect(fonts.length).toBeGreaterThan(0);
  for (const font of fonts) expect(font).toMatch(/ yes (yes|no) +yes +\d+ +\d+$/);
  run('pdftoppm', ['-r', '200', '-png', '-singlefile', pdf, pdf.slice(0, -4)]);
  const code = run('zbarimg', ['--raw', '--oneshot', '-q', '-Sbinary', '-Sdisable', '-Sqrcode.enable', `${pdf.slice(0, -4)}.png`]);
  expect(JSON.parse(Buffer.from(decodeDivocZip(code) ?? []).toString('utf8'))).toEqual(credential);
});
