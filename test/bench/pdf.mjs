import { fileURLToPath } from 'node:url';
import sparticuz from '@sparticuz/chromium';
import { chromium } from 'playwright-core';
import { newCertificateNumber } from '../../core/dist/services/certificates/certificate-number.js';
import { render } from '../../core/dist/services/certificates/render.js';
import { RenderingCache } from '../../core/dist/services/certificates/rendering-cache.js';
import { loadTemplates } from '../../core/dist/services/certificates/templates/load-templates.js';
import handlebars from '../../plugins/template-handlebars/dist/plugin.js';
import typst from '../../plugins/template-typst/dist/plugin.js';
import { cycle, rates, row } from './measure.mjs';
import { newIntent, seal, type } from './sealing.mjs';

const POOL = 64;

/** Certificates of many people as PDF, QR code included; beside the house's page of each, printed by Chromium. */
export async function run() {
  const page = await handlebars.setup({}, {});
  const print = await typst.setup({ config: { deadlineSeconds: 30, queue: 100 }, log: console }, {});
  const pdfBy = chromiumPrinter();
  const renderer = rendererWith([page.ports.engine, print.ports.engine]);
  const rows = cycle(await Promise.all(Array.from({ length: POOL }, certificateRow)));
  const htmlOf = async () => Buffer.from((await render(renderer(), rows(), { mediaType: 'text/html' })).body).toString();
  const browser = await pdfBy.launch();
  try {
    const tab = await browser.newPage();
    const measured = await rates({
      ours: () => render(renderer(), rows(), { mediaType: 'application/pdf' }),
      onePage: async () => pdfBy.print(tab, await htmlOf()),
      // DIVOC's certificate-api did so: puppeteer.launch() for each request.
      started: async () => {
        const own = await pdfBy.launch();
        await pdfBy.print(await own.newPage(), await htmlOf());
        await own.close();
      },
    });
    return [
      row('pdf', 'PDF/s', measured.ours, 'Chromium, started for each', measured.started),
      row('pdf', 'PDF/s', measured.ours, 'Chromium, one page kept open', measured.onePage),
    ];
  } finally {
    await browser.close();
    await print.stop();
  }
}

/** Each call gives a renderer with an empty cache: what is measured is making a PDF, not finding it. */
function rendererWith(engines) {
  const templates = loadTemplates(fileURLToPath(new URL('../../adopters/demo', import.meta.url)), engines, type.document.schema);
  const house = {
    templates,
    typeOf: async () => type,
    qrFormOf: () => 'zip',
    issuerName: { en: 'Ministry of Health' },
    timeZone: 'Asia/Kolkata',
  };
  return () => ({ ...house, cache: new RenderingCache() });
}

async function certificateRow() {
  const intent = newIntent();
  const id = intent.id.slice('urn:uuid:'.length);
  const credential = await seal(intent);
  return { id, number: newCertificateNumber(), template: 'certificate-a4', owner: 'bench', typeHash: type.hash, intent, credential };
}

function chromiumPrinter() {
  // Those two flags are made for AWS Lambda; elsewhere the browser then dies with its first page.
  const args = sparticuz.args.filter((arg) => arg !== '--single-process' && arg !== '--no-zygote');
  return {
    launch: async () => chromium.launch({ executablePath: await sparticuz.executablePath(), args: [...args, '--no-sandbox'] }),
    async print(tab, html) {
      await tab.setContent(html);
      await tab.pdf({ format: 'A4' });
    },
  };
}
