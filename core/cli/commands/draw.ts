import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type DocumentConverter, documentConverter } from '../../api/ports/document-converter.js';
import { type TemplateEngine, templateEngine } from '../../api/ports/template-engine.js';
import { templateFolders } from '../../internal/template-folder.js';
import { boot } from '../../kernel/boot.js';
import { providersOf } from '../../kernel/graph.js';
import type { CertificatesConfig } from '../../services/certificates/certificates-config.js';
import { loadRecordTypes } from '../../services/certificates/record-type.js';
import { type Sample, samplesIn } from '../../services/certificates/templates/check-samples.js';
import { type CertificateTemplate, loadTemplate } from '../../services/certificates/templates/load-templates.js';
import { type DrawnSample, sampleView } from '../../services/certificates/templates/sample-view.js';
import { declaredTypes } from '../../services/certificates/type-settings.js';
import { type Command, UsageError } from '../command.js';
import { adopterOf, logging, planToShow, reportingProblems, shortPath } from '../deployment.js';

export const draw: Command = {
  name: 'draw',
  summary: "draws an adopter's certificate templates with their samples, to be looked at",
  help: `
Usage: divoc draw [ADOPTER] [TEMPLATE] --out DIR [--json]

Draws each sample of TEMPLATE, or of all of the adopter's own, as a page and as a document: DIR/<template>/<sample>.html and
.pdf. Only what draws is started; no database and no key are needed.
--out DIR  where to, made when it is not there; files of the same names are written over
--json     prints { "drawn": [file] }.
Exits 0 when all is drawn, 1 when there is something to mend.`,
  options: { out: { type: 'string' } },
  run: (input) =>
    reportingProblems(input, async () => {
      const { flags, words, terminal, env } = input;
      if (flags.out === undefined) throw new UsageError('Where to? Name a folder: --out DIR.');
      const plan = await planToShow(adopterOf(input), env);
      const folders = [...templateFolders(plan.adopter).values()];
      const wanted = folders.filter(({ name, isHouse }) => (words[1] === undefined ? !isHouse : name === words[1]));
      if (wanted.length === 0)
        throw new UsageError(`There is no such template; known here: ${folders.map(({ name }) => name).join(', ')}.`);
      const settings = plan.parts.find(({ name }) => name === 'certificates')?.config as Partial<CertificatesConfig> | undefined;
      const records = loadRecordTypes(plan.adopter, 'https://health.example', declaredTypes(settings?.types ?? {}));

      const home = mkdtempSync(join(tmpdir(), 'divoc-draw-'));
      const house = await boot(plan, { home, log: logging(env), only: [templateEngine.id, documentConverter.id] });
      const drawn: string[] = [];
      try {
        const all = <T>(port: string) => providersOf(plan.parts, port).map(({ name }) => house.port<T>(port, name));
        const [engines, converters] = [all<TemplateEngine>(templateEngine.id), all<DocumentConverter>(documentConverter.id)];
        for (const { name, folder } of wanted) {
          const template = loadTemplate({ name, folder }, engines, records, converters);
          if (!template) throw new UsageError(`No engine of the manifest reads ${name}.`);
          const out = join(resolve(String(flags.out)), name);
          mkdirSync(out, { recursive: true });
          for (const sample of samplesIn(folder)) {
            const read = JSON.parse(readFileSync(join(folder, 'sample', `${sample}.json`), 'utf8')) as Sample;
            for (const [ending, body] of await drawSample(template, sampleView(read, template))) {
              const file = join(out, `${sample}.${ending}`);
              writeFileSync(file, body);
              drawn.push(shortPath(file));
            }
          }
        }
      } finally {
        await house.stop();
        rmSync(home, { recursive: true, force: true });
      }
      if (flags.json) terminal.out(JSON.stringify({ drawn }));
      else for (const file of drawn) terminal.out(`drawn ${file}`);
      return 0;
    }),
};

async function drawSample({ page, print }: CertificateTemplate, { view, files, date }: DrawnSample): Promise<[string, Uint8Array][]> {
  const data = { ...view };
  // Paper has no links.
  const onPaper = { ...data, links: Object.fromEntries(Object.keys(view.links).map((name) => [name, ''])) };
  return [
    ['html', await page.engine.render({ template: page.file, data, files, date })],
    ['pdf', await print.engine.render({ template: print.file, data: onPaper, files, date })],
  ];
}
