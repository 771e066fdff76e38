import { type Fault, type JsonSchema, RECORD_FORMATS, RECORD_KEYWORDS } from '../../api/index.js';
import { KEYWORD_ALIASES, RESERVED_TERMS } from './reserved-terms.js';

/** One field of a record: a leaf of its schema. */
export interface RecordField {
  /** `['patient', 'name']`; one or two members long. */
  readonly path: readonly string[];
  readonly schema: JsonSchema;
}

/** What a schema says about validity and what a verifier prints; nothing else travels with a certificate. */
export const PUBLISHED_KEYWORDS = [
  'type',
  'properties',
  'required',
  'additionalProperties',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'enum',
  'const',
  'minimum',
  'maximum',
  'x-label',
  'x-print',
] as const;
const NOTES = ['$schema', '$id', '$comment', 'title', 'description', 'examples', 'default', 'deprecated'];
const KNOWN: ReadonlySet<string> = new Set([...PUBLISHED_KEYWORDS, ...NOTES, ...RECORD_KEYWORDS]);

const isObject = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The members of an object schema, in the order of their declaration. */
export function membersOf(schema: JsonSchema): [string, JsonSchema][] {
  return Object.entries(isObject(schema.properties) ? schema.properties : {}).filter((entry): entry is [string, JsonSchema] =>
    isObject(entry[1]),
  );
}

/** All leaves of a record's schema. */
export function recordFields(schema: JsonSchema, path: readonly string[] = []): RecordField[] {
  return membersOf(schema).flatMap(([name, member]) =>
    member.type === 'object' ? recordFields(member, [...path, name]) : [{ path: [...path, name], schema: member }],
  );
}

/**
 * Checks a record's schema against the house's rules: closed objects, at most two levels, no arrays, no fractions,
 * one IRI a field, names that JSON-LD leaves free. Returns every fault at once, with pointers into the schema.
 */
export function checkRecordSchema(schema: unknown): Fault[] {
  const faults: Fault[] = [];
  if (!isObject(schema) || schema.type !== 'object') {
    return [fault('/type', 'RECORD_NOT_OBJECT', "a record's schema must describe an object", "Set type to 'object'.")];
  }
  checkObject(schema, '', 0, faults);
  checkIris(schema, faults);
  return faults;
}

function checkObject(schema: JsonSchema, pointer: string, depth: number, faults: Fault[]): void {
  checkKeywords(schema, pointer, faults);
  if (schema.additionalProperties !== false) {
    faults.push(
      fault(pointer, 'RECORD_OPEN_OBJECT', 'the object admits members that nobody declared', 'Set additionalProperties to false.'),
    );
  }
  const properties = isObject(schema.properties) ? schema.properties : {};
  if (Object.keys(properties).length === 0)
    faults.push(fault(pointer, 'RECORD_EMPTY_OBJECT', 'the object declares no member', 'Declare one, or remove it.'));
  for (const name of Array.isArray(schema.required) ? schema.required : []) {
    if (typeof name === 'string' && Object.hasOwn(properties, name)) continue;
    faults.push(
      fault(
        `${pointer}/required`,
        'RECORD_REQUIRED_UNKNOWN',
        `'${String(name)}' is required but not declared`,
        "Declare it, or give 'required' anew.",
      ),
    );
  }
  for (const [name, member] of Object.entries(properties)) {
    const at = `${pointer}/properties/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    checkName(name, at, depth, faults);
    if (!isObject(member)) faults.push(fault(at, 'RECORD_NOT_SCHEMA', `'${name}' must be a schema`, 'Give it a type.'));
    else if (member.type !== 'object') checkLeaf(member, at, faults);
    else if (depth < 1) checkObject(member, at, depth + 1, faults);
    else faults.push(fault(at, 'RECORD_TOO_DEEP', `'${name}' is an object on a third level`, 'Move its members one level up.'));
  }
}

function checkName(name: string, pointer: string, depth: number, faults: Fault[]): void {
  if (!/^[a-z][A-Za-z0-9]{0,63}$/.test(name)) {
    faults.push(
      fault(
        pointer,
        'RECORD_NAME_INVALID',
        `'${name}' is not a field name`,
        'Use letters and digits, beginning with a small letter: parentName.',
      ),
    );
  } else if ((depth === 0 ? RESERVED_TERMS : KEYWORD_ALIASES).has(name)) {
    faults.push(
      fault(pointer, 'RECORD_NAME_RESERVED', `'${name}' is a word of JSON-LD or of Verifiable Credentials`, 'Choose another name.'),
    );
  }
}

function checkLeaf(schema: JsonSchema, pointer: string, faults: Fault[]): void {
  const { type, format } = schema;
  if (type === 'array') {
    faults.push(fault(pointer, 'RECORD_ARRAY', 'an array has no order once it is signed', 'Declare one field for each element.'));
    return;
  }
  checkKeywords(schema, pointer, faults);
  if (type === 'number') {
    faults.push(
      fault(
        pointer,
        'RECORD_FRACTION',
        'a fraction has more than one canonical form',
        "Use type 'integer' with a smaller unit, or 'string'.",
      ),
    );
  } else if (type !== 'string' && type !== 'integer' && type !== 'boolean') {
    faults.push(fault(pointer, 'RECORD_TYPE_UNKNOWN', 'the field needs exactly one type', "Set type to 'string', 'integer' or 'boolean'."));
  }
  if (format !== undefined && !(typeof format === 'string' && Object.hasOwn(RECORD_FORMATS, format))) {
    faults.push(
      fault(
        `${pointer}/format`,
        'RECORD_FORMAT_UNKNOWN',
        `format '${String(format)}' is not known here`,
        `Use ${Object.keys(RECORD_FORMATS).join(', ')}, or a pattern.`,
      ),
    );
  }
}

function checkKeywords(schema: JsonSchema, pointer: string, faults: Fault[]): void {
  for (const keyword of Object.keys(schema)) {
    if (KNOWN.has(keyword)) continue;
    faults.push(
      fault(
        `${pointer}/${keyword}`,
        'RECORD_KEYWORD_UNKNOWN',
        `keyword '${keyword}' is not used in records`,
        `Use ${[...KNOWN].join(', ')}.`,
      ),
    );
  }
}

/** Two fields under one IRI could change places unnoticed: this is what made old certificates malleable. */
function checkIris(schema: JsonSchema, faults: Fault[]): void {
  const owners = new Map<string, string>();
  const visit = (parent: JsonSchema, pointer: string): void => {
    for (const [name, member] of membersOf(parent)) {
      const at = `${pointer}/properties/${name}`;
      const iri = member['x-iri'];
      if (member.type === 'object') visit(member, at);
      if (iri === undefined) continue;
      const owner = owners.get(String(iri));
      if (typeof iri !== 'string' || !/^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/.test(iri) || iri.startsWith('urn:divoc:')) {
        faults.push(
          fault(
            `${at}/x-iri`,
            'RECORD_IRI_INVALID',
            'x-iri must be an absolute IRI outside urn:divoc:',
            'Use one like https://health.example/terms#parentName.',
          ),
        );
      } else if (owner !== undefined) {
        faults.push(fault(`${at}/x-iri`, 'RECORD_IRI_DUPLICATE', `x-iri is already that of ${owner}`, 'Give each field its own IRI.'));
      } else owners.set(iri, at);
    }
  };
  visit(schema, '');
}

const fault = (pointer: string, code: string, detail: string, fix: string): Fault => ({ pointer, code, detail, fix });
