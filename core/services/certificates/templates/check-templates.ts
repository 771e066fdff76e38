import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { EngineDeclaration, Finding, JsonSchema } from '../../../api/index.js';
import {
  foldersIn,
  houseFolder,
  isLanguageTag,
  readTemplateManifest,
  recordOfTemplate,
  TEMPLATE_MANIFEST,
  type TemplateFolder,
  type TemplateManifest,
  templateFile,
  templateFolders,
} from '../../../internal/index.js';
import { PDF } from '../print-engine.js';
import type { CheckedRecord } from '../record-type.js';
import { faultOf } from '../subject-check.js';
import { ownTypes, type TypeSettings } from '../type-settings.js';
import { checkSamples } from './check-samples.js';
import { checkStrings, type KnownArguments } from './check-strings.js';
import { checkEngineFile } from './check-uses.js';
import { Findings, knownHere } from './findings.js';
import { argumentName, kindOf, PRINTED, type ReadableFields, readableFields } from './readable-fields.js';
import { headingKey } from './template-texts.js';
import { VIEW_ARGUMENTS } from './view-names.js';

export interface TemplateChecking {
  /** By instance; undefined for an engine that declares nothing, whose templates are not looked into. */
  readonly engines: Readonly<Record<string, EngineDeclaration | undefined>>;
  /** Whether something here makes PDF documents from pages. */
  readonly printsPages: boolean;
  /** The adopter's records by name; without a validator where its declaration is at fault, so that nothing is held against it. */
  readonly records: ReadonlyMap<string, CheckedRecord>;
}

/** What is wrong with an adopter's templates, all at once. Nothing is rendered and nothing started. */
export function checkTemplates(adopter: string, checking: TemplateChecking): Finding[] {
  return foldersIn(join(adopter, 'templates')).flatMap((name) =>
    checkTemplate(join(adopter, 'templates', name), join('templates', name), { ...checking, isHouse: false }),
  );
}

/** What may only echo a mistake in the adopter's record. */
const OF_THE_RECORD: ReadonlySet<string> = new Set([
  'TEMPLATE_READS_UNKNOWN',
  'TEMPLATE_FIELD_UNKNOWN',
  'TEMPLATE_ARGUMENT_UNKNOWN',
  'TEMPLATE_ARGUMENT_KIND',
]);

/** Types of credentials that nothing here draws, and templates of theirs that are for something else. */
export function checkTypeTemplates(types: Readonly<Record<string, TypeSettings>>, adopter: string): Finding[] {
  const recordOf = (folder: TemplateFolder) => recordOfTemplate(readTemplateManifest(folder) ?? {});
  const folders = [...templateFolders(adopter).values()].map((folder) => ({ name: folder.name, record: recordOf(folder) }));
  return ownTypes(types).flatMap(([type, { template }]): Finding[] => {
    const own = folders.filter(({ record }) => record === type).map(({ name }) => name);
    if (own.length === 0) {
      const message = `no certificate template is for ${type}; write templates/<name>/ with "record": "${type}" in its template.json`;
      return [{ pointer: `/types/${type}`, code: 'TEMPLATE_MISSING', message }];
    }
    if (template === undefined || own.includes(template)) return [];
    const message = `no template '${template}' is for ${type}; ${knownHere(own)}`;
    return [{ pointer: `/types/${type}/template`, code: 'TEMPLATE_UNKNOWN', message }];
  });
}

/** What is wrong with one template's folder. Findings name its files below `shown`. */
export function checkTemplate(folder: string, shown: string, checking: TemplateChecking & { readonly isHouse: boolean }): Finding[] {
  const findings = new Findings(folder, shown);
  const manifest = readManifest(findings);
  if (!manifest) return findings.all;
  const name = recordOfTemplate(manifest);
  const record = checking.records.get(name);
  if (!record) {
    const message = `no credential of the manifest has the record '${name}'; ${knownHere(checking.records.keys())}`;
    findings.add(TEMPLATE_MANIFEST, { pointer: '/record' }, 'TEMPLATE_RECORD_UNKNOWN', message);
    return findings.all;
  }
  checkAgainst(name, record, manifest, folder, checking, findings);
  return record.validate ? findings.all : findings.all.filter(({ code }) => !OF_THE_RECORD.has(code));
}

function checkAgainst(
  name: string,
  { schema, validate }: CheckedRecord,
  manifest: TemplateManifest,
  folder: string,
  checking: TemplateChecking & { readonly isHouse: boolean },
  findings: Findings,
): void {
  const reads = readableFields(manifest.reads, schema);
  for (const i of reads.unknown) {
    const message = `the record has no field ${manifest.reads[i]}; write a pointer like /patient/name, or '${PRINTED}'`;
    findings.add(TEMPLATE_MANIFEST, { pointer: `/reads/${i}` }, 'TEMPLATE_READS_UNKNOWN', message);
  }
  checkLanguages(manifest, findings);
  const texts = checkStrings(folder, manifest, { known: argumentsOf(reads), heading: headingKey(name) }, findings);
  for (const member of ['page', 'print'] as const) {
    const engine = engineOf(manifest, member, { ...checking, folder }, findings);
    if (engine)
      checkEngineFile(manifest[member], templateFile(folder, manifest, manifest[member]), engine, { texts, reads, schema }, findings);
  }
  checkSamples(folder, manifest.languages, validate, findings);
}

let compiled: ValidateFunction<TemplateManifest> | undefined;
function manifestValidator(): ValidateFunction<TemplateManifest> {
  if (!compiled) {
    const schema = JSON.parse(readFileSync(join(houseFolder('schemas'), 'templates', TEMPLATE_MANIFEST), 'utf8')) as JsonSchema;
    compiled = new Ajv2020({ strict: true, allErrors: true }).compile<TemplateManifest>(schema);
  }
  return compiled;
}

function readManifest(findings: Findings): TemplateManifest | undefined {
  const text = findings.text(TEMPLATE_MANIFEST);
  if (text === undefined) {
    const message = `a template's folder has a ${TEMPLATE_MANIFEST}; write it, or move the folder elsewhere`;
    findings.add(TEMPLATE_MANIFEST, { line: 1, column: 1 }, 'TEMPLATE_MANIFEST_MISSING', message);
    return undefined;
  }
  const value = findings.json(TEMPLATE_MANIFEST, text);
  const validate = manifestValidator();
  if (value === undefined || validate(value)) return value as TemplateManifest | undefined;
  for (const { pointer, detail, fix } of (validate.errors ?? []).map(faultOf)) {
    findings.add(
      TEMPLATE_MANIFEST,
      { pointer },
      'TEMPLATE_MANIFEST_INVALID',
      `${pointer.slice(1) || 'the manifest'}: ${detail}. ${fix ?? ''}`.trim(),
    );
  }
  return undefined;
}

/** Notes tags that name no language. */
function checkLanguages({ languages, locales = {} }: TemplateManifest, findings: Findings): void {
  const note = (pointer: string, tag: string, what: string) => {
    findings.add(TEMPLATE_MANIFEST, { pointer }, 'TEMPLATE_LANGUAGE_UNKNOWN', `'${tag}' is not ${what}`);
  };
  for (const [i, tag] of languages.entries()) {
    if (!isLanguageTag(tag)) note(`/languages/${i}`, tag, 'a language; write a BCP 47 tag as IANA does, like ar, pt-BR or zh-Hant');
  }
  for (const [language, tag] of Object.entries(locales)) {
    if (!isLanguageTag(tag)) note(`/locales/${language}`, tag, 'a locale; write one like ar-u-nu-arab');
    if (!languages.includes(language)) note(`/locales/${language}`, language, `one of the template's languages: ${languages.join(', ')}`);
  }
}

/** All that messages can say: the fields that the template may read, and what the house says of every certificate. */
const argumentsOf = ({ fields }: ReadableFields): KnownArguments =>
  new Map([...fields.map(({ path, schema }) => [argumentName(path), kindOf(schema)] as const), ...Object.entries(VIEW_ARGUMENTS)]);

function engineOf(
  manifest: TemplateManifest,
  member: 'page' | 'print',
  { engines, isHouse, printsPages, folder }: TemplateChecking & { readonly isHouse: boolean; readonly folder: string },
  findings: Findings,
): EngineDeclaration | undefined {
  const file = manifest[member];
  const note = (code: string, message: string): undefined =>
    findings.add(TEMPLATE_MANIFEST, { pointer: `/${member}` }, code, message) as undefined;
  const path = templateFile(folder, manifest, file);
  const where = manifest.extends === undefined ? '' : `, nor in ${manifest.extends} of the house`;
  if (!existsSync(path)) return note('TEMPLATE_FILE_MISSING', `there is no file ${file} in the template's folder${where}`);
  const isOwn = path === join(folder, file);
  const declared = Object.values(engines).filter((engine) => engine !== undefined);
  const engine = declared.find(({ extension }) => extension === extname(file));
  if (!engine) {
    // One that declares nothing may read it for all we know.
    if (declared.length < Object.keys(engines).length) return undefined;
    const endings = declared.map(({ extension }) => extension).join(', ') || 'nothing';
    return note(
      'TEMPLATE_ENGINE_MISSING',
      `no engine of the manifest reads ${file}; they read ${endings}: name one that does, or write it for them`,
    );
  }
  if (member === 'print' && engine.mediaType !== PDF && !printsPages) {
    const printers = declared.filter(({ mediaType }) => mediaType === PDF).map(({ extension }) => extension);
    const instead = printers.length > 0 ? `write it as ${printers.join(' or ')}, or ` : '';
    return note(
      'TEMPLATE_NOT_PRINTED',
      `${file} is a page, and nothing here prints pages; ${instead}name template-chromium in the manifest`,
    );
  }
  if (engine.runsCode && isOwn && !isHouse) {
    const others = declared
      .filter(({ runsCode, mediaType }) => !runsCode && mediaType === engine.mediaType)
      .map(({ extension }) => extension);
    const instead = others.length > 0 ? `write it as ${others.join(' or ')}` : 'write it for another engine (template-handlebars)';
    return note('TEMPLATE_RUNS_CODE', `${extname(file)} templates are programs, and an adopter's folder holds data; ${instead}`);
  }
  return engine;
}
