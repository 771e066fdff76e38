import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { isShowable, pointerTo, segmentsOf } from '../api/json-pointer.js';
import type { JsonSchema } from '../api/plugin.js';
import { RECORD_FORMATS } from '../api/record-formats.js';
import type { Fault } from '../api/refusal.js';
import { type FaultCode, fault } from './errors.js';

/** More faults than these help nobody, and cost memory. */
const MOST_FAULTS = 50;
/** Larger bodies are told their first fault only: a megabyte of faults would need a hundred to describe. */
const ALL_FAULTS_UP_TO = 256 * 1024;

/** Validates a body; gives what is wrong with it, nothing when it fits. `size` is its length in bytes. */
export type BodyValidator = (body: unknown, size: number) => readonly Fault[];

/**
 * Compiles the schema of a body: draft 2020-12, strict; nothing is converted, removed or filled in.
 * Keywords that start with `x-` are annotations. Throws an Error when the schema itself is unsound.
 */
export function compileBodySchema(schema: JsonSchema): BodyValidator {
  if (!metaSchemas.validateSchema(schema)) throw new Error(metaSchemas.errorsText(metaSchemas.errors));
  const every = newAjv(schema, true).compile(schema);
  let first: ValidateFunction | undefined;
  return (body, size) => {
    const isLarge = size > ALL_FAULTS_UP_TO;
    if (isLarge) first ??= newAjv(schema, false).compile(schema);
    const validate = (isLarge && first) || every;
    return validate(body) ? [] : faultsOf(validate.errors ?? []);
  };
}

/** Its compiled meta-schemas are shared; the schemas are not, since two routes may bring the same `$id`. */
const metaSchemas = new Ajv2020({ strict: true });

function newAjv(schema: JsonSchema, allErrors: boolean): Ajv2020 {
  const options = {
    strict: true,
    strictRequired: false,
    allErrors,
    validateSchema: false,
    coerceTypes: false,
    removeAdditional: false,
    useDefaults: false,
  } as const;
  const ajv = new Ajv2020({ ...options, verbose: true });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  for (const [name, validate] of Object.entries(RECORD_FORMATS)) ajv.addFormat(name, validate);
  for (const keyword of annotationsIn(schema)) ajv.addKeyword(keyword);
  return ajv;
}

function annotationsIn(schema: unknown, found = new Set<string>()): Set<string> {
  if (typeof schema !== 'object' || schema === null) return found;
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword.startsWith('x-')) found.add(keyword);
    else annotationsIn(value, found);
  }
  return found;
}

function faultsOf(errors: readonly ErrorObject[]): Fault[] {
  const faults = new Map<string, Fault>();
  for (const error of errors) {
    if (error.keyword === 'if') continue; // The branch that failed speaks for itself.
    const found = explain(error);
    const key = `${found.code} ${found.pointer}`;
    if (!faults.has(key)) faults.set(key, found);
    if (faults.size === MOST_FAULTS) break;
  }
  return [...faults.values()];
}

/** ajv's keyword in our words. The texts are made of the schema alone, never of the value that was sent. */
function explain(error: ErrorObject): Fault {
  const path = segmentsOf(error.instancePath);
  const params = error.params as Readonly<Record<string, unknown>>;
  const at = (code: FaultCode, detail: string, member?: unknown) =>
    fault(pointerTo(member === undefined ? path : [...path, String(member)]), code, detail);
  switch (error.keyword) {
    case 'required':
    case 'dependentRequired':
      return at('FIELD_MISSING', 'this member is required', params.missingProperty);
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return at('FIELD_UNKNOWN', unknownMember(error), params.additionalProperty ?? params.unevaluatedProperty);
    case 'propertyNames':
      return at('FIELD_UNKNOWN', 'no member may have such a name', params.propertyName);
    case 'type':
      return at('FIELD_WRONG_TYPE', `must be ${[params.type].flat().join(' or ')}`);
    case 'enum':
      return at('FIELD_NOT_ALLOWED', `must be one of ${(params.allowedValues as unknown[]).map(show).join(', ')}`);
    case 'const':
      return at('FIELD_NOT_ALLOWED', `must be ${show(params.allowedValue)}`);
    case 'format':
      return at('FIELD_WRONG_FORMAT', `must be in the format "${String(params.format)}"`);
    case 'pattern':
      return at('FIELD_WRONG_FORMAT', `must match ${String(params.pattern)}`);
    case 'anyOf':
    case 'oneOf':
    case 'not':
    case 'contains':
      return at('FIELD_NO_MATCH', error.message ?? 'fits no alternative');
    case 'false schema':
      return at('FIELD_NOT_ALLOWED', 'nothing is allowed here');
    default:
      return at('FIELD_OUT_OF_RANGE', error.message ?? 'is out of range');
  }
}

function unknownMember(error: ErrorObject): string {
  const known = Object.keys((error.parentSchema?.properties as object | undefined) ?? {});
  const name = String(error.params.additionalProperty ?? error.params.unevaluatedProperty);
  const what = isShowable(name) ? 'there is no such member' : 'a member has a name that is not known here';
  return known.length === 0 || known.length > 30 ? what : `${what}; known here: ${known.join(', ')}`;
}

function show(value: unknown): string {
  return JSON.stringify(value);
}
