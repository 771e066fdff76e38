// npm run pictures: draws docs/pictures anew from the samples of the house's template, as a person would see them.
// Pages take their letters from the fonts of the machine; the PDF brings its own.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCanvas } from '@napi-rs/canvas';
import sparticuz from '@sparticuz/chromium';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { chromium } from 'playwright-core';
import handlebars from '../../plugins/template-handlebars/dist/plugin.js';
import typst from '../../plugins/template-typst/dist/plugin.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const template = join(root, 'templates', 'certificate-a4');
const pictures = join(root, 'docs', 'pictures');
const pdfjs = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
const DOTS_PER_INCH = 96;

mkdirSync(pictures, { recursive: true });
const sample = (language) => JSON.parse(readFileSync(join(template, 'golden', `${language}.json`), 'utf8'));
const files = Object.fromEntries(['qr.svg', 'certificate.json'].map((name) => [name, readFileSync(join(template, 'sample', name))]));

const printer = await typst.setup({ config: { deadlineSeconds: 30, queue: 10 }, log: console }, {});
for (const language of ['en', 'ar', 'hi']) {
  const pdf = await printer.ports.engine.render({ template: join(template, 'print.typ'), data: sample(language), files, date: 0 });
  const document = await getDocument({ data: new Uint8Array(pdf), standardFontDataUrl: join(pdfjs, 'standard_fonts/') }).promise;
  const page = await document.getPage(1);
  const viewport = page.getViewport({ scale: DOTS_PER_INCH / 72 });
  const canvas = createCanvas(Math.round(viewport.width), Math.round(viewport.height));
  await page.render({ canvas, canvasContext: canvas.getContext('2d'), viewport, background: '#fff' }).promise;
  writeFileSync(join(pictures, `certificate-${language}.png`), canvas.toBuffer('image/png'));
}
await printer.stop();

const { engine } = (await handlebars.setup({}, {})).ports;
const browser = await chromium.launch({
  executablePath: await sparticuz.executablePath(),
  // Its defaults are for one page in a cloud function; these two break a browser with several.
  args: [
    ...sparticuz.args.filter((arg) => arg !== '--single-process' && arg !== '--no-zygote'),
    '--no-sandbox',
    '--disable-background-networking',
  ],
});
for (const [language, width, colorScheme] of [
  ['en', 390, 'light'],
  ['ar', 390, 'light'],
  ['hi', 1280, 'light'],
  ['ar', 1280, 'dark'],
]) {
  const html = Buffer.from(
    await engine.render({ template: join(template, 'page.hbs'), data: sample(language), files, date: 0 }),
  ).toString();
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
  await page.setContent(html);
  await page.screenshot({ path: join(pictures, `page-${language}-${width}-${colorScheme}.png`), fullPage: true });
}
await browser.close();
