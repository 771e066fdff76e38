import { type Fault, type JsonSchema, segmentsOf } from '@divoc/core/api';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { ITEM_FIELDS, type ItemVersion } from './item-fields.js';
import { FORMATS, pointerOf, TYPES } from './item-types.js';

/** The schema of one item of a version. Unknown members are welcome, and null is how some clients leave an optional one out. */
export function itemSchema(version: ItemVersion): JsonSchema {
  const root: ObjectSchema = { type: 'object', required: [], properties: {} };
  for (const { item, type, required: where } of ITEM_FIELDS) {
    const required = where === 'always' || where === version;
    const names = segmentsOf(item);
    const name = names.pop() as string;
    const parent = names.reduce((node, step) => node.properties[step] as ObjectSchema, root);
    const { schema } = TYPES[type];
    if (required) parent.required.push(name);
    const own = type === 'object' ? { ...schema, required: [], properties: {} } : schema;
    parent.properties[name] = required || type === 'any' ? own : { ...own, type: [own.type as string, 'null'] };
  }
  return root as unknown as JsonSchema;
}

interface ObjectSchema {
  readonly type: unknown;
  readonly required: string[];
  readonly properties: Record<string, unknown>;
}

/** Makes the check of items: what is wrong with one, nothing when it fits. No fault holds a value. */
export function itemCheck(version: ItemVersion): (item: unknown) => Fault[] {
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true, strictRequired: true, formats: { ...FORMATS } });
  const validate = ajv.compile(itemSchema(version));
  return (item) => {
    if (validate(item)) return [];
    // One fault a place: a number where a date should be is of the wrong type, and there is no more to say.
    return [...new Map((validate.errors ?? []).map(faultOf).map((fault) => [fault.pointer, fault])).values()];
  };
}

const WORDS = new Map(ITEM_FIELDS.map(({ item, type }) => [item, TYPES[type].words]));

function faultOf(error: ErrorObject): Fault {
  const { missingProperty } = error.params as { missingProperty?: string };
  if (missingProperty !== undefined) {
    const pointer = pointerOf([...segmentsOf(error.instancePath), missingProperty]);
    return { pointer, code: 'FIELD_MISSING', detail: `this member is required: ${WORDS.get(pointer)}`, fix: 'Add it.' };
  }
  const pointer = error.instancePath;
  const detail = `must be ${WORDS.get(pointer) ?? 'an object'}`;
  if (error.keyword === 'format') {
    return { pointer, code: 'FIELD_WRONG_FORMAT', detail, fix: 'Write it in that form, with a day that exists.' };
  }
  return { pointer, code: 'FIELD_WRONG_TYPE', detail, fix: 'Send that JSON type; nothing is converted.' };
}
