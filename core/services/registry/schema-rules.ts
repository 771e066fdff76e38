import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { type Fault, type Finding, type JsonSchema, RECORD_FORMATS, RECORD_KEYWORDS, Refusal } from '../../api/index.js';

/** One leaf of a record: a field that is no object. */
export interface Field {
  /** `['address', 'district']` */
  readonly path: readonly string[];
  readonly schema: JsonSchema;
  readonly isPersonal: boolean;
}

const isObject = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null && !Array.isArray(value);
const members = (schema: JsonSchema): [string, JsonSchema][] =>
  Object.entries(isObject(schema.properties) ? schema.properties : {}).filter((entry): entry is [string, JsonSchema] => isObject(entry[1]));

/** All leaves of a record's schema. What is personal of a group is so of each field in it. */
export function fieldsOf(schema: JsonSchema, path: readonly string[] = [], isPersonal = false): Field[] {
  return members(schema).flatMap(([name, member]) => {
    const personal = isPersonal || member['x-personal'] === true;
    const place = [...path, name];
    return member.type === 'object' ? fieldsOf(member, place, personal) : [{ path: place, schema: member, isPersonal: personal }];
  });
}

/** What breaks the house's rules: closed objects, a key that exists, an index of nothing personal, sound JSON Schema. */
export function schemaMistakes(schema: JsonSchema): Pick<Finding, 'pointer' | 'code' | 'message'>[] {
  const mistakes: { pointer: string; code: string; message: string }[] = [];
  const add = (pointer: string, code: string, message: string) => void mistakes.push({ pointer, code, message });
  const visit = (node: JsonSchema, pointer: string): void => {
    if (node.additionalProperties !== false)
      add(pointer, 'RECORD_OPEN_OBJECT', 'set additionalProperties to false: a mistyped field must be found');
    for (const [name, member] of members(node)) {
      const at = `${pointer}/properties/${name}`;
      if (!/^[a-z][A-Za-z0-9]{0,63}$/.test(name))
        add(at, 'RECORD_NAME_INVALID', 'a field name has letters and digits, a small letter first');
      if (member.type === 'object') visit(member, at);
      if (member['x-index'] === true && (member['x-personal'] === true || node['x-personal'] === true))
        add(
          `${at}/x-index`,
          'RECORD_INDEX_PERSONAL',
          'a personal field cannot be an index: it would stand readable in the database and in URLs',
        );
    }
  };
  visit(schema, '');
  const key = schema['x-key'];
  const fields = members(schema);
  const isText = (name: unknown) => fields.some(([own, { type }]) => own === name && type === 'string');
  if (!Array.isArray(key) || key.length === 0 || !key.every(isText))
    add('/x-key', 'RECORD_KEY_INVALID', 'x-key must name the text fields of the first level that name an entity');
  else if (!(Array.isArray(schema.required) && schema.required.includes(key[0])))
    add('/required', 'RECORD_KEY_OPTIONAL', `'${String(key[0])}' names the entity, so it must be required`);
  try {
    compileRecord(schema);
  } catch (error) {
    add('', 'RECORD_SCHEMA_INVALID', (error as Error).message);
  }
  return mistakes;
}

function compileRecord(schema: JsonSchema): ValidateFunction {
  const ajv = new Ajv2020({ strict: true, allErrors: true, formats: { ...RECORD_FORMATS } });
  ajv.addVocabulary([...RECORD_KEYWORDS, 'x-key']);
  return ajv.compile(schema);
}

/** Makes the check of records. It throws a Refusal (400 RECORD_INVALID) that names fields and never their values. */
export function recordCheck(schema: JsonSchema): (record: unknown) => void {
  const validate = compileRecord(schema);
  return (record) => {
    if (validate(record)) return;
    const faults = new Map((validate.errors ?? []).map(faultOf).map((fault) => [`${fault.code} ${fault.pointer}`, fault]));
    throw new Refusal(400, 'RECORD_INVALID', 'The record does not fit its schema.', { errors: [...faults.values()].slice(0, 50) });
  };
}

/** The schema's words alone: ajv's messages quote the schema and never the value. */
function faultOf({ keyword, instancePath, params, message }: ErrorObject): Fault {
  const member = (params as Record<string, unknown>).missingProperty ?? (params as Record<string, unknown>).additionalProperty;
  const isShowable = member !== undefined && /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(String(member));
  const pointer = isShowable ? `${instancePath}/${String(member)}` : instancePath;
  switch (keyword) {
    case 'required':
      return { pointer, code: 'FIELD_MISSING', detail: 'this field is required', fix: 'Add it.' };
    case 'additionalProperties':
      return { pointer, code: 'FIELD_UNKNOWN', detail: 'there is no such field', fix: 'Remove it, or correct its name.' };
    case 'type':
      return {
        pointer,
        code: 'FIELD_WRONG_TYPE',
        detail: `must be of type ${String(params.type)}`,
        fix: 'Send the type that the schema names.',
      };
    case 'format':
    case 'pattern':
      return {
        pointer,
        code: 'FIELD_WRONG_FORMAT',
        detail: `must have the ${keyword} ${String(params[keyword])}`,
        fix: 'Write it in that form.',
      };
    case 'enum':
      return {
        pointer,
        code: 'FIELD_NOT_ALLOWED',
        detail: 'is not one of the values of the schema',
        fix: `Use one of ${String(params.allowedValues)}.`,
      };
    default:
      return { pointer, code: 'FIELD_OUT_OF_RANGE', detail: message ?? 'is out of range', fix: 'Keep within the limits of the schema.' };
  }
}
