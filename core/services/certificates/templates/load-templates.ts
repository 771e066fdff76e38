import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { DocumentConverter, TemplateEngine } from '../../../api/index.js';
import { readTemplateManifest, recordOfTemplate, type TemplateFolder, templateFile, templateFolders } from '../../../internal/index.js';
import { printEngine } from '../print-engine.js';
import type { RecordType } from '../record-type.js';
import { type ReadableFields, readableFields } from './readable-fields.js';
import { type SayTexts, templateTexts } from './template-texts.js';

/** A certificate template: a folder of data (docs/templates.md). */
export interface CertificateTemplate {
  readonly name: string;
  /** Absolute; its samples and texts are there, its page and print perhaps in that of a template of the house. */
  readonly folder: string;
  /** The record that it is for. */
  readonly record: RecordType;
  readonly languages: readonly string[];
  /** By language. */
  readonly texts: ReadonlyMap<string, SayTexts>;
  readonly reads: ReadableFields;
  readonly page: { readonly file: string; readonly engine: TemplateEngine };
  readonly print: { readonly file: string; readonly engine: TemplateEngine };
}

/** The adopter's templates and the house's; those that no installed engine can render, or whose record nobody declares, are left out. */
export function loadTemplates(
  adopter: string,
  engines: readonly TemplateEngine[],
  records: ReadonlyMap<string, RecordType>,
  converters: readonly DocumentConverter[] = [],
): ReadonlyMap<string, CertificateTemplate> {
  const loaded = [...templateFolders(adopter).values()].map((folder) => loadTemplate(folder, engines, records, converters));
  return new Map(loaded.flatMap((template) => (template ? [[template.name, template] as const] : [])));
}

/** Undefined when no engine reads its files, or when there is no such record. Throws an Error for a folder that `divoc check` would have refused. */
export function loadTemplate(
  { name, folder }: Pick<TemplateFolder, 'name' | 'folder'>,
  engines: readonly TemplateEngine[],
  records: ReadonlyMap<string, RecordType>,
  converters: readonly DocumentConverter[] = [],
): CertificateTemplate | undefined {
  const manifest = readTemplateManifest({ folder });
  if (!manifest) throw new Error(`${folder}/template.json cannot be read; see: divoc check`);
  const { page, print, languages, reads = [] } = manifest;
  const record = records.get(recordOfTemplate(manifest));
  const engineOf = (file: string) => engines.find(({ extension }) => extension === extname(file));
  const [pageEngine, written] = [engineOf(page), engineOf(print)];
  const printing = written && printEngine(written, converters);
  if (!record || !pageEngine || !printing) return undefined;
  const messages = new Map(languages.map((tag) => [tag, readJson<Record<string, string>>(join(folder, 'strings', `${tag}.json`))]));
  return {
    name,
    folder,
    record,
    languages,
    texts: templateTexts(manifest, messages),
    reads: readableFields(reads, record.schema),
    page: { file: templateFile(folder, manifest, page), engine: pageEngine },
    print: { file: templateFile(folder, manifest, print), engine: printing },
  };
}

function readJson<T>(file: string): T {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (cause) {
    throw new Error(`${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
