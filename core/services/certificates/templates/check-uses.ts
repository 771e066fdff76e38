import type { EngineDeclaration, JsonSchema, TemplateUse } from '../../../api/index.js';
import { recordFields } from '../record-schema.js';
import type { Findings } from './findings.js';
import { knownHere } from './findings.js';
import type { ReadableFields } from './readable-fields.js';
import { VIEW_NAMES, type ViewNames } from './view-names.js';

export interface Usable {
  /** Keys that at least one language has. */
  readonly texts: ReadonlySet<string>;
  readonly reads: ReadableFields;
  readonly schema: JsonSchema;
}

/** Notes what an engine finds wrong with one of its templates, and what the template uses and will not get. */
export function checkEngineFile(file: string, path: string, engine: EngineDeclaration, usable: Usable, findings: Findings): void {
  const { problems, uses } = engine.check(path);
  for (const { file: within = file, line, column, message } of problems) {
    findings.add(within, { line, column }, 'TEMPLATE_SYNTAX', message);
  }
  for (const use of uses) {
    const [code, message] = faultOf(use, usable) ?? [];
    if (code !== undefined) findings.add(use.file ?? file, { line: use.line, column: use.column }, code, message ?? '');
  }
}

function faultOf({ path }: TemplateUse, { texts, reads, schema }: Usable): readonly [code: string, message: string] | undefined {
  const [root, ...rest] = path;
  if (root === 'text') {
    const [key] = rest;
    if (key === undefined || key === '*' || texts.has(key)) return undefined;
    return ['TEMPLATE_TEXT_UNKNOWN', `no language has a text '${key}'; ${knownHere(texts)}`];
  }
  if (root === 'record') return faultOfField(rest, reads, schema);
  let names: ViewNames = { ...VIEW_NAMES, text: {}, record: {} };
  for (const [i, part] of path.entries()) {
    const next = Object.hasOwn(names, part) ? names[part] : undefined;
    if (!next)
      return ['TEMPLATE_FIELD_UNKNOWN', `a template is given no '${path.slice(0, i + 1).join('.')}'; ${knownHere(Object.keys(names))}`];
    names = next;
  }
  return undefined;
}

function faultOfField(parts: readonly string[], reads: ReadableFields, schema: JsonSchema): readonly [string, string] | undefined {
  const path = parts.includes('*') ? parts.slice(0, parts.indexOf('*')) : parts;
  const begins = (field: readonly string[]) => path.every((part, i) => field[i] === part);
  if (reads.fields.some((field) => begins(field.path))) return undefined;
  const pointer = `/${path.join('/')}`;
  if (recordFields(schema).some((field) => begins(field.path))) {
    return ['TEMPLATE_FIELD_UNDECLARED', `the template uses ${pointer} and does not say so; add "${pointer}" to "reads" in template.json`];
  }
  return [
    'TEMPLATE_FIELD_UNKNOWN',
    `the record has no field ${pointer}; it may read: ${reads.fields.map((f) => `/${f.path.join('/')}`).join(', ') || 'none'}`,
  ];
}
