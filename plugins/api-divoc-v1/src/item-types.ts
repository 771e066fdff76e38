import { type JsonSchema, RECORD_FORMATS } from '@divoc/core/api';

/** `count` is a number in DIVOC; a dose and a half was never meant. */
export type ItemType = 'text' | 'texts' | 'count' | 'day' | 'instant' | 'object' | 'any';

/** What a member of each type must be. Nothing is converted. */
export const TYPES: Readonly<Record<ItemType, { readonly schema: JsonSchema; readonly words: string }>> = {
  text: { schema: { type: 'string' }, words: 'a string' },
  // One fault for the whole list: a list of a million numbers would need a million.
  texts: { schema: { type: 'array', not: { type: 'array', contains: { not: { type: 'string' } } } }, words: 'an array of strings' },
  count: { schema: { type: 'integer' }, words: 'an integer' },
  day: { schema: { type: 'string', format: 'day' }, words: 'a date that exists, YYYY-MM-DD, as a string' },
  instant: { schema: { type: 'string', format: 'instant' }, words: 'an instant that exists, 2020-12-02T19:21:18.646Z, as a string' },
  object: { schema: { type: 'object' }, words: 'an object' },
  any: { schema: {}, words: 'anything' },
};

export const FORMATS = {
  day: RECORD_FORMATS.date,
  instant: (text: string) => RECORD_FORMATS['date-time'](text) || isWithoutZone(text),
} as const;

/** DIVOC also took `YYYY-MM-DDTHH:MM:SS`, and meant UTC. */
export function isWithoutZone(text: string): boolean {
  return !RECORD_FORMATS['date-time'](text) && RECORD_FORMATS['date-time'](`${text}Z`);
}

export function pointerOf(names: readonly string[]): string {
  return names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Nothing was said: no value, or an empty one. */
export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (isObject(value) && Object.keys(value).length === 0);
}
