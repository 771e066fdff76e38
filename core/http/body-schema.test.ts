import { describe, expect, test } from 'vitest';
import type { JsonSchema } from '../api/plugin.js';
import { compileBodySchema } from './body-schema.js';

const schema: JsonSchema = {
  $id: 'https://divoc.example/schemas/dose',
  type: 'object',
  additionalProperties: false,
  required: ['name', 'born'],
  dependentRequired: { dose: ['total'] },
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 20, 'x-personal': true, 'x-label': { en: 'Name' } },
    born: { type: 'string', format: 'partial-date', 'x-index': true, 'x-iri': 'https://schema.org/birthDate' },
    dose: { type: 'integer', minimum: 1, maximum: 9 },
    total: { type: 'integer' },
    sex: { enum: ['female', 'male', 'other', 'unknown'] },
    site: {
      type: 'object',
      additionalProperties: false,
      properties: { 'zone/a': { type: 'string', pattern: '^[A-Z]+$' }, at: { type: 'string', format: 'date-time' } },
    },
    links: { type: 'array', maxItems: 3, uniqueItems: true, items: { type: 'string', format: 'uri' } },
    kind: { oneOf: [{ const: 'a' }, { const: 'b' }] },
  },
};
const validate = compileBodySchema(schema);
const good = { name: 'A', born: '1980-02' };
const found = (body: unknown) => validate(body, 100).map(({ pointer, code }) => `${code} ${pointer}`);

describe('the schema of a body', () => {
  test('a body that fits has no faults', () => {
    expect(
      validate({ ...good, dose: 1, total: 2, sex: 'other', site: { 'zone/a': 'X', at: '2021-05-01T10:00:00+05:30' }, kind: 'a' }, 100),
    ).toEqual([]);
  });

  test.each<[string, unknown, string[]]>([
    ['a missing member is named itself', { name: 'A' }, ['FIELD_MISSING /born']],
    ['so is one that another asks for', { ...good, dose: 1 }, ['FIELD_MISSING /total']],
    ['an unknown member is named itself', { ...good, site: { zzz: 1 } }, ['FIELD_UNKNOWN /site/zzz']],
    ['a number as text is not converted', { ...good, dose: '1', total: 1 }, ['FIELD_WRONG_TYPE /dose']],
    ['nor text as a number', { ...good, name: 5 }, ['FIELD_WRONG_TYPE /name']],
    ['nor one value as a list', { ...good, links: 'https://a.example' }, ['FIELD_WRONG_TYPE /links']],
    ['null is no value', { ...good, name: null }, ['FIELD_WRONG_TYPE /name']],
    ['30 February does not exist', { ...good, born: '1980-02-30' }, ['FIELD_WRONG_FORMAT /born']],
    ['a leap second is refused', { ...good, site: { at: '2016-12-31T23:59:60Z' } }, ['FIELD_WRONG_FORMAT /site/at']],
    ['a name is escaped in its pointer', { ...good, site: { 'zone/a': 'x' } }, ['FIELD_WRONG_FORMAT /site/zone~1a']],
    ['limits', { ...good, dose: 10, total: 1, name: '' }, ['FIELD_OUT_OF_RANGE /name', 'FIELD_OUT_OF_RANGE /dose']],
    ['codes', { ...good, sex: 'F' }, ['FIELD_NOT_ALLOWED /sex']],
    ['elements', { ...good, links: ['https://a.example', 'no uri'] }, ['FIELD_WRONG_FORMAT /links/1']],
    ['alternatives', { ...good, kind: 'c' }, ['FIELD_NOT_ALLOWED /kind', 'FIELD_NO_MATCH /kind']],
    ['the whole body', [], ['FIELD_WRONG_TYPE ']],
  ])('%s', (_what, body, expected) => {
    expect(found(body).sort()).toEqual([...expected].sort());
  });

  test('every fault says how to mend it, and none holds a value', () => {
    const faults = validate(
      {
        name: 'Secretive Person-----',
        born: 'SecretDate',
        dose: 'SecretDose',
        sex: 'SecretSex',
        links: ['SecretLink'],
        kind: 'SecretKind',
        [`Secret${'x'.repeat(60)}`]: 1,
      },
      100,
    );
    expect(faults.length).toBeGreaterThan(6);
    for (const { detail, fix } of faults) expect(detail.length * (fix?.length ?? 0)).toBeGreaterThan(0);
    expect(JSON.stringify(faults)).not.toContain('Secret');
    expect(faults.find(({ code }) => code === 'FIELD_UNKNOWN')).toMatchObject({
      pointer: '',
      detail: expect.stringContaining('known here: name, born'),
    });
  });

  test('the body is not touched: nothing converted, removed or filled in', () => {
    const withDefault = compileBodySchema({ type: 'object', properties: { a: { type: 'string', default: 'x' } } });
    const body = { b: '1' };
    expect(withDefault(body, 10)).toEqual([]);
    expect(body).toEqual({ b: '1' });
  });

  test('a thousand faults are told as fifty, and of a very large body only the first', () => {
    const numbers = compileBodySchema({ type: 'array', items: { type: 'integer' } });
    const body = Array.from({ length: 1000 }, () => 'x');
    expect(numbers(body, 4000)).toHaveLength(50);
    expect(numbers(body, 300_000)).toHaveLength(1);
  });

  test('two routes may bring a schema of the same $id', () => {
    expect(compileBodySchema({ ...schema, properties: { ...(schema.properties as object) } })(good, 10)).toEqual([]);
  });

  test('an unsound schema is refused when it is compiled', () => {
    expect(() => compileBodySchema({ type: 'text' })).toThrow(/type/);
    expect(() => compileBodySchema({ type: 'object', propertys: {} })).toThrow(/propertys/);
  });
});
