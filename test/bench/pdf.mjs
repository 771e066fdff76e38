import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sparticuz from '@sparticuz/chromium';
import { chromium } from 'playwright-core';
import handlebars from '../../plugins/template-handlebars/dist/plugin.js';
import typst from '../../plugins/template-typst/dist/plugin.js';
import { median, rates, row } from './measure.mjs';

const folder = fileURLToPath(new URL('../../templates/certificate-a4/', import.meta.url));
const read = (name) => readFileSync(`${folder}/${name}`);

/** The house's certificate as PDF, beside the same page printed by Chromium: kept open, and started for each as DIVOC did. */
export async function run() {
  const data = JSON.parse(read('sample/en.json'));
  const files = { 'qr.svg': read('sample/qr.svg'), 'certificate.json': read('sample/certificate.json') };
  const printer = await typst.setup({ config: { deadlineSeconds: 30, queue: 100 }, log: console }, {});
  const page = (await handlebars.setup({}, {})).ports.engine;
  const html = Buffer.from(await page.render({ template: `${folder}/page.hbs`, data, files, date: 0 })).toString();
  const options = {
    executablePath: await sparticuz.executablePath(),
    args: [
      ...sparticuz.args.filter((arg) => arg !== '--single-process' && arg !== '--no-zygote'),
      '--no-sandbox',
      '--disable-background-networking',
    ],
  };
  const browser = await chromium.launch(options);
  const kept = await browser.newPage();
  const print = async (tab) => {
    await tab.setContent(html);
    await tab.pdf({ format: 'A4' });
  };
  try {
    const measured = await rates({
      ours: () => printer.ports.engine.render({ template: `${folder}/print.typ`, data, files, date: 0 }),
      kept: () => print(kept),
    });
    const started = [];
    for (let i = 0; i < 4; i += 1) {
      const begin = performance.now();
      const own = await chromium.launch(options);
      await print(await own.newPage());
      await own.close();
      started.push(performance.now() - begin);
    }
    return [
      row('pdf', 'PDF/s', measured.ours, 'Chromium, started for each', 1000 / median(started)),
      row('pdf', 'PDF/s', measured.ours, 'Chromium, one page kept open', measured.kept),
    ];
  } finally {
    await browser.close();
    await printer.stop();
  }
}
