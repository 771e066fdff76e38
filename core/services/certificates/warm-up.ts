import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CredentialType, canonicalJson, parseStrictJson } from '../../api/index.js';
import type { Forms } from './forms.js';
import { qrCode } from './qr-code.js';
import { subjectValidator } from './subject-validator.js';
import { type Sample, samplesIn } from './templates/check-samples.js';
import type { CertificateTemplate } from './templates/load-templates.js';
import { sampleView } from './templates/sample-view.js';

/** Of codes of the versions that most certificates have in byte mode, 21 to 25. */
const CODE_BYTES = [711, 779, 857, 911, 997];
/** As much JSON as a large body has. */
const BODIES = 30;

export interface WarmUp {
  /** All types that are sealed here, with the names of the formats that seal them. */
  readonly sealed: readonly { readonly type: CredentialType; readonly formats: readonly string[] }[];
  readonly forms: Forms;
  readonly templates: Iterable<CertificateTemplate>;
}

/**
 * Does before anybody is served what would hold up the event loop with the first certificate, by up to a tenth of a second:
 * schemas, JSON-LD and pages are compiled, and so is the code that reads bodies and draws QR codes.
 */
export async function warmUp({ sealed, forms, templates }: WarmUp): Promise<void> {
  for (const { type, formats } of sealed) {
    subjectValidator(type.document);
    for (const name of formats) await forms.format(name).warmUp?.(type);
  }
  const text = JSON.stringify(sealed[0]?.type.document ?? {});
  for (let times = 0; times < BODIES; times += 1) canonicalJson(parseStrictJson(text));
  for (const bytes of CODE_BYTES) qrCode(randomBytes(bytes));
  for (const template of templates) await drawSample(template);
}

/** A page, which is made in this process; documents are made in others. A sample with a mistake is told of by `divoc check`. */
async function drawSample(template: CertificateTemplate): Promise<void> {
  const { folder, page } = template;
  try {
    const [name] = samplesIn(folder);
    const sample = JSON.parse(readFileSync(join(folder, 'sample', `${name}.json`), 'utf8')) as Sample;
    const { view, files, date } = sampleView(sample, template);
    await page.engine.render({ template: page.file, data: { ...view }, files, date });
  } catch {
    // The page is compiled with the first certificate then.
  }
}
