import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { segmentsOf } from '../api/json-pointer.js';
import type { JsonSchema } from '../api/plugin.js';
import { pointer } from './source.js';
import { didYouMean } from './suggest.js';

/** A setting that names something else: which pointer, which value, and the annotation's own value. */
export interface Annotation {
  readonly keyword: 'x-instance' | 'x-file' | 'x-secret';
  readonly pointer: string;
  readonly value: unknown;
  readonly wants: unknown;
}

export interface SchemaFinding {
  readonly pointer: string;
  /** Does the finding concern the key itself (an unknown one) or its value? */
  readonly part: 'key' | 'value';
  readonly code: 'UNKNOWN_KEY' | 'MISSING_KEY' | 'INVALID_VALUE';
  readonly message: string;
  /** The same without the value, for settings that must not be shown. */
  readonly discreet?: string;
}

const PLAIN_ANNOTATIONS = ['x-label', 'x-personal', 'x-print', 'x-index', 'x-column', 'x-iri'];

/** Filled while a validator runs; validation is synchronous, so one place is enough. */
let noted: Annotation[] = [];

/** One for all schemas: each new one would compile the meta-schemas of JSON Schema again, for 30 ms. */
const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true, useDefaults: true, verbose: true });
(addFormats as unknown as (a: Ajv2020) => void)(ajv);
for (const keyword of PLAIN_ANNOTATIONS) ajv.addKeyword(keyword);
for (const keyword of ['x-instance', 'x-file', 'x-secret'] as const) {
  ajv.addKeyword({
    keyword,
    validate: (wants: unknown, data: unknown, _parent: unknown, context: { instancePath: string } | undefined) =>
      noted.push({ keyword, pointer: context?.instancePath ?? '', value: data, wants }) > 0,
  });
}
const compiled = new WeakMap<JsonSchema, ValidateFunction>();

function validatorOf(schema: JsonSchema): ValidateFunction {
  let validate = compiled.get(schema);
  if (!validate) {
    validate = ajv.compile(schema);
    compiled.set(schema, validate);
    // Two plugins may bring schemas of one $id.
    ajv.removeSchema(schema);
  }
  return validate;
}

/** Validates and fills defaults in place; gives the findings and the annotated values. Throws when the schema itself is unsound. */
export function checkAgainst(schema: JsonSchema, value: unknown, name: string): { findings: SchemaFinding[]; annotations: Annotation[] } {
  const validate = validatorOf(schema);
  noted = [];
  const findings = validate(value) ? [] : (validate.errors ?? []).map((error) => explain(error, name));
  return { findings, annotations: noted };
}

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

/** Turns ajv's words into ours. `name` is what the user calls the root (`counter`). */
function explain(error: ErrorObject, name: string): SchemaFinding {
  const path = error.instancePath;
  const called = (p: string) => [name, ...segmentsOf(p)].filter(Boolean).join('.');
  const params = error.params as Record<string, unknown>;
  const unknown = params.additionalProperty ?? params.unevaluatedProperty;
  if (typeof unknown === 'string') {
    const known = Object.keys((error.parentSchema?.properties as object | undefined) ?? {});
    const hint = didYouMean(unknown, known) || (known.length > 0 ? `; known here: ${known.join(', ')}` : '');
    return {
      pointer: pointer(path, unknown),
      part: 'key',
      code: 'UNKNOWN_KEY',
      message: `${called(pointer(path, unknown))} is not a setting${hint}`,
    };
  }
  if (error.keyword === 'required') {
    const missing = String(params.missingProperty);
    return { pointer: path, part: 'key', code: 'MISSING_KEY', message: `${called(pointer(path, missing))} is missing; add it` };
  }
  if (error.keyword === 'propertyNames' || error.propertyName !== undefined) {
    const key = String(error.propertyName ?? params.propertyName);
    return {
      pointer: pointer(path, key),
      part: 'key',
      code: 'INVALID_VALUE',
      message: `${called(pointer(path, key))}: names are lower-case words with hyphens`,
    };
  }
  const wanted =
    error.keyword === 'type'
      ? `must be ${/^[aeiou]/.test(String(params.type)) ? 'an' : 'a'} ${params.type}`
      : error.keyword === 'enum'
        ? `must be one of ${(params.allowedValues as unknown[]).map(show).join(', ')}`
        : error.keyword === 'const'
          ? `must be ${show(params.allowedValue)}`
          : (error.message ?? 'is not valid');
  const hint =
    error.keyword === 'enum' && typeof error.data === 'string'
      ? didYouMean(error.data, (params.allowedValues as unknown[]).map(String))
      : '';
  const discreet = `${called(path) || 'the manifest'} ${wanted}`;
  return { pointer: path, part: 'value', code: 'INVALID_VALUE', message: `${discreet}, not ${show(error.data)}${hint}`, discreet };
}
