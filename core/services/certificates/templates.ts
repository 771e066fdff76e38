import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { DocumentConverter, TemplateEngine } from '../../api/index.js';
import { houseFolder } from '../../internal/index.js';
import { printEngine } from './print-engine.js';

/** A certificate template: a folder of data (design.md). */
export interface CertificateTemplate {
  readonly name: string;
  readonly languages: readonly string[];
  /** Texts by key, by language. */
  readonly strings: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly page: { readonly file: string; readonly engine: TemplateEngine };
  readonly print: { readonly file: string; readonly engine: TemplateEngine };
}

/** The adopter's templates, then the house's; those that no installed engine can render are left out. */
export function loadTemplates(
  adopter: string,
  engines: readonly TemplateEngine[],
  converters: readonly DocumentConverter[],
): ReadonlyMap<string, CertificateTemplate> {
  const templates = new Map<string, CertificateTemplate>();
  for (const parent of [houseFolder('templates'), join(adopter, 'templates')]) {
    if (!existsSync(parent)) continue;
    for (const name of readdirSync(parent)) {
      const folder = join(parent, name);
      if (!existsSync(join(folder, 'template.json'))) continue;
      const template = loadTemplate(name, folder, engines, converters);
      if (template) templates.set(name, template);
    }
  }
  return templates;
}

function loadTemplate(
  name: string,
  folder: string,
  engines: readonly TemplateEngine[],
  converters: readonly DocumentConverter[],
): CertificateTemplate | undefined {
  const { page, print, languages } = readJson<{ page: string; print: string; languages: string[] }>(join(folder, 'template.json'));
  const engineOf = (file: string) => engines.find(({ extension }) => extension === extname(file));
  const [pageEngine, written] = [engineOf(page), engineOf(print)];
  const printing = written && printEngine(written, converters);
  if (!pageEngine || !printing) return undefined;
  if (!Array.isArray(languages) || languages.length === 0) throw new Error(`${folder}/template.json names no languages`);
  const strings = new Map(languages.map((tag) => [tag, readJson<Record<string, string>>(join(folder, 'strings', `${tag}.json`))]));
  const keys = Object.keys(strings.get(languages[0] as string) ?? {}).sort();
  for (const [tag, texts] of strings) {
    const missing = keys.filter((key) => typeof texts[key] !== 'string');
    if (missing.length > 0) throw new Error(`${folder}/strings/${tag}.json lacks ${missing.join(', ')}`);
  }
  return {
    name,
    languages,
    strings,
    page: { file: join(folder, page), engine: pageEngine },
    print: { file: join(folder, print), engine: printing },
  };
}

function readJson<T>(file: string): T {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (cause) {
    throw new Error(`${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
