import { describe, expect, it } from 'vitest';
import type { Column } from '../src/columns.js';
import { ruleContainer, uploadReader } from '../src/container.js';
import { columnFault } from '../src/row.js';

const rules = ruleContainer();
const column = (type: string, more: object = {}): Column => ({
  pointer: '/field',
  names: ['field'],
  schema: { type, ...more },
  isRequired: false,
});
function read(cell: string, of: Column = column('string'), cells: readonly string[] = [cell]) {
  const target = { columns: [of], groups: [], scope: 'registry:write', put: async () => 'created' as const };
  const { reader, dispose } = uploadReader(rules, { columns: [of] }, target);
  const { faults, notes, input } = reader.read(2, cells);
  dispose();
  return { faults: faults.map(({ code }) => code), notes: notes.map(({ code }) => code), value: input.field };
}
const good = (value: unknown, notes: string[] = []) => ({ faults: [], notes, value });

describe('a cell', () => {
  it.each<[string, string, unknown]>([
    ['string', '  Final  Destination ', 'Final  Destination'],
    ['string', '+91 98765', '+91 98765'],
    ['string', '0012', '0012'],
    ['string', '-', '-'],
    ['string', 'Cafe\u0301', 'Café'],
    ['string', '', undefined],
    ['string', '   ', undefined],
    ['integer', '9', 9],
    ['integer', '-1', -1],
    ['number', '28', 28],
    ['number', '28.5', 28.5],
    ['number', '28,5', 28.5],
    ['boolean', 'Yes', true],
    ['boolean', 'FALSE', false],
    ['array', 'DEL010,BLR311', ['DEL010', 'BLR311']],
    ['array', ' DEL010 ; BLR311;;DEL010', ['DEL010', 'BLR311']],
  ])('of type %s: %j is %j', (type, text, value) => expect(read(text, column(type))).toEqual(good(value)));

  it('loses what nobody can see, and that is noted', () => {
    expect(read('Maharashtra\u0010\u0010')).toEqual(good('Maharashtra', ['CHARACTERS_REMOVED']));
    expect(read('\ufeffname\u200b')).toEqual(good('name', ['CHARACTERS_REMOVED']));
    // Joiners make letters in Sinhala and Devanagari.
    expect(read('ශ්‍රී')).toEqual(good('ශ්‍රී'));
    expect(read('two\r\nlines').value).toBe('two lines');
  });

  it.each<[string, string, string]>([
    ['string', '=cmd|calc', 'CELL_IS_FORMULA'],
    ['string', '@SUM(A1)', 'CELL_IS_FORMULA'],
    ['integer', '=1+1', 'CELL_IS_FORMULA'],
    ['string', '#REF!', 'CELL_IS_ERROR'],
    ['string', '#N/A', 'CELL_IS_ERROR'],
    ['string', '########', 'CELL_IS_ERROR'],
    ['string', '9.19810E+11', 'NUMBER_ABBREVIATED'],
    ['string', 'Andr\ufffd', 'TEXT_DAMAGED'],
    ['integer', 'two', 'VALUE_MALFORMED'],
    ['integer', '1.5', 'VALUE_MALFORMED'],
    ['integer', '12345678901234567', 'VALUE_MALFORMED'],
    ['number', '1.000,5', 'VALUE_MALFORMED'],
    ['number', 'NaN', 'VALUE_MALFORMED'],
    ['boolean', 'maybe', 'VALUE_MALFORMED'],
  ])('of type %s that is %j is refused as %s', (type, text, code) => expect(read(text, column(type)).faults).toContain(code));

  it.each(['22/06/1935', '22.6.1935', '6-22-35', '22/06/1935 10:00'])('with the date %s is refused rather than guessed', (text) => {
    expect(read(text, column('string', { format: 'partial-date' })).faults).toEqual(['DATE_AMBIGUOUS']);
    expect(read(text).faults).toEqual([]);
  });

  it('of a date that begins with its year is left to the service', () => {
    for (const text of ['1935-06-22', '1935', '2026-11-20T09:30:00+05:30'])
      expect(read(text, column('string', { format: 'date-or-date-time' }))).toEqual(good(text));
  });
});

describe('a row', () => {
  it('may be too short and not too long', () => {
    expect(read('', column('string'), [])).toEqual(good(undefined));
    expect(read('a', column('string'), ['a', 'b']).faults).toEqual(['ROW_TOO_LONG']);
  });

  it('of one upload is read with its own header', () => {
    const target = { columns: [], groups: ['/a/b'], scope: 'x:y', put: async () => 'created' as const };
    const [one, two] = ['/a/b/c', '/d'].map(
      (pointer) => uploadReader(rules, { columns: [{ ...column('string'), pointer }] }, target).reader,
    );
    expect(one?.read(2, ['x']).input).toEqual({ a: { b: { c: 'x' } } });
    expect(two?.read(2, ['x']).input).toEqual({ a: { b: {} }, d: 'x' });
  });
});

describe("a service's fault", () => {
  const columns = ['/name', '/address/street', '/address/district', '/facilities'].map((pointer) => ({
    ...column('string'),
    pointer,
    names: [pointer.slice(1)],
  }));
  const of = (pointer: string) => columnFault({ pointer, code: 'X', detail: 'x' }, columns).column;
  it('is one of a column', () => {
    expect([of('/name'), of('/address/district'), of('/facilities/3'), of('/address'), of('/nam'), of('')]).toEqual([
      'name',
      'address/district',
      'facilities',
      'address/street',
      undefined,
      undefined,
    ]);
  });
});
