import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { isLanguageTag } from '../../../internal/index.js';
import { faultOf } from '../subject-check.js';
import type { Findings } from './findings.js';

/** One certificate to draw a template with: `sample/<name>.json`. */
export interface Sample {
  readonly language: string;
  /** Of nobody: a record as it would be sent. */
  readonly record: Readonly<Record<string, unknown>>;
}

/** Names of a template's samples. */
export function samplesIn(folder: string): string[] {
  const sample = join(folder, 'sample');
  if (!existsSync(sample)) return [];
  const files = readdirSync(sample).filter((name) => name.endsWith('.json') && name !== 'certificate.json');
  return files.map((name) => name.slice(0, -5)).sort();
}

/** Every language has a sample, and every sample is a record that could be recorded here. */
export function checkSamples(
  folder: string,
  languages: readonly string[],
  validate: ValidateFunction | undefined,
  findings: Findings,
): void {
  const drawn = new Set<string>();
  for (const name of samplesIn(folder)) {
    const file = `sample/${name}.json`;
    const sample = findings.json(file, findings.text(file) ?? '') as Partial<Sample> | undefined;
    if (sample === undefined) continue;
    if (typeof sample !== 'object' || sample === null || typeof sample.language !== 'string' || typeof sample.record !== 'object') {
      findings.add(file, { pointer: '' }, 'TEMPLATE_SAMPLE_INVALID', 'a sample is { "language": "en", "record": { … } }');
      continue;
    }
    drawn.add(sample.language);
    if (!languages.includes(sample.language)) {
      const message = `the template has no language ${sample.language}; it has ${languages.join(', ')}`;
      findings.add(file, { pointer: '/language' }, 'TEMPLATE_SAMPLE_INVALID', message);
    }
    if (validate === undefined || validate(sample.record)) continue;
    for (const { pointer, detail, fix } of (validate.errors ?? []).map(faultOf)) {
      findings.add(
        file,
        { pointer: `/record${pointer}` },
        'TEMPLATE_SAMPLE_INVALID',
        `record${pointer.replaceAll('/', '.')}: ${detail}. ${fix ?? ''}`.trim(),
      );
    }
  }
  for (const [i, language] of languages.entries()) {
    if (drawn.has(language) || !isLanguageTag(language)) continue;
    const message = `no sample is in ${language}; write sample/${language}.json: { "language": "${language}", "record": { … } }`;
    findings.add('template.json', { pointer: `/languages/${i}` }, 'TEMPLATE_SAMPLE_MISSING', message);
  }
}
