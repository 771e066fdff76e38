import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf, nameOf } from '../src/columns.js';
import { readHeader } from '../src/header.js';
import { readRecords, SEPARATORS } from '../src/records.js';
import { recordSchema, vector } from './intake.fixture.js';

const facility = columnsOf(recordSchema('facility'));
const header = (text: string) => readHeader(Buffer.from(text), facility);
const MUST = 'facilityCode,facilityName,contact,addressLine1,district,state,pincode,adminName,adminMobile';
const pointers = async (text: string) => (await header(text)).columns.map((column) => column?.pointer);

describe('the columns of a schema', () => {
  it("are those of DIVOC's templates", () => {
    for (const [file, type] of [
      ['facilities', 'facility'],
      ['vaccinators', 'vaccinator'],
      ['enrollments', 'enrolment'],
    ] as const) {
      const names = vector(`csv-templates/${file}.csv`).toString().trim().split(',');
      const known = columnsOf(recordSchema(type)).flatMap((column) => column.names);
      expect(names.filter((name) => !known.includes(name))).toEqual([]);
    }
  });

  it('have one field each, in all records', () => {
    for (const type of ['facility', 'vaccinator', 'enrolment', 'vaccination']) {
      const names = columnsOf(recordSchema(type)).map(nameOf);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});

describe('a header', () => {
  it('may have its columns in any order, other ones too, and any spelling', async () => {
    const spelt = 'STATE,colour, "Facility Code" ,facility_name,contact,addressLine1,district,pincode,admin-name,ADMINMOBILE';
    expect((await pointers(spelt)).slice(0, 4)).toEqual(['/address/region', undefined, '/code', '/name']);
    expect((await header(`colour,${MUST},,size`)).ignored).toEqual([1, 12]);
    expect(await pointers(MUST.replace('state', 'province').replace('pincode', 'address.postalCode'))).toContain('/address/postalCode');
  });

  it.each(SEPARATORS)('is read with the separator %j', async (separator) => {
    expect(await header(MUST.replaceAll(',', separator))).toMatchObject({ separator, columns: { length: 9 } });
  });

  it('is read although the rows after it are malformed, and although they are many', async () => {
    const rows = `\n"${'x'.repeat(90)}"`.repeat(5000);
    expect(await header(`${MUST}${rows}\n"a"b"`)).toMatchObject({ separator: ',', end: MUST.length + 1 });
  });

  it('names every column that is missing or stands there twice', async () => {
    await expect(header('facilityCode,facilityName,name,contact,addressLine1,district,state,region,pincode')).rejects.toMatchObject({
      status: 422,
      code: 'COLUMNS_WRONG',
      errors: [
        { pointer: '/name', code: 'COLUMN_REPEATED', detail: 'the field facilityName has the columns 2 and 3' },
        { pointer: '/address/region', code: 'COLUMN_REPEATED' },
        { pointer: '/administrator/name', code: 'COLUMN_MISSING', detail: 'the column adminName is missing' },
        { pointer: '/administrator/mobile', code: 'COLUMN_MISSING' },
      ],
    });
  });

  it.each(['', '\n', '\n\n', 'Asha Perera,1984-03-01', '=cmd|x,y', '\ufeff'])(
    'that is none is refused, and not shown: %j',
    async (text) => {
      const refusal = (await header(text).catch((error: unknown) => error)) as Error & { code: string };
      expect(['COLUMNS_UNKNOWN', 'FILE_EMPTY']).toContain(refusal.code);
      expect(refusal.message).not.toMatch(/Asha|cmd/);
    },
  );
});

describe('records', () => {
  const read = async (text: string, separator: ',' | ';' | '\t' = ',') => {
    const records: (readonly string[])[] = [];
    for await (const { cells } of readRecords([Buffer.from(text)], separator)) records.push(cells);
    return records;
  };

  it('have any line ends, also mixed, and lines within quotes', async () => {
    expect(await read('a,b\r\n1,"x\r\ny"\n2,é\r3,"say ""hi"", please"\n')).toEqual([
      ['a', 'b'],
      ['1', 'x\r\ny'],
      ['2', 'é'],
      ['3', 'say "hi", please'],
    ]);
    expect(await read('a\tb\n\t2', '\t')).toEqual([
      ['a', 'b'],
      ['', '2'],
    ]);
  });

  it.each([
    ['a,b\n1,2\n"x,2\n3,4', 'a quote is opened and never closed'],
    ['a,b\n"x"y,2', 'something follows a closing quote'],
    ['a,b\nx"y,2', 'a quote stands within a cell'],
    [`a,b\n"${'x'.repeat(70_000)}",2`, 'longer than'],
  ])('that are malformed are refused, and not shown: %#', async (text, words) => {
    const refusal = (await read(text).catch((error: unknown) => error)) as Error;
    expect(refusal).toMatchObject({ status: 422, code: 'CSV_MALFORMED', message: expect.stringContaining(words) });
    expect(refusal.message).not.toContain('xx');
  });

  it('can be read on from the end of any of them, however the bytes come', async () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => `"${text.replaceAll('"', '""')}"`);
    const file = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(file, fc.constantFrom('\n', '\r\n', '\r'), fc.integer({ min: 1, max: 9 }), async (rows, end, step) => {
        const bytes = Buffer.from(rows.map((row) => row.join(',')).join(end));
        const pieces = (from: number) =>
          Array.from({ length: Math.ceil((bytes.length - from) / step) }, (_, i) => bytes.subarray(from + i * step, from + (i + 1) * step));
        const whole: { cells: readonly string[]; end: number }[] = [];
        for await (const record of readRecords(pieces(0), ',')) whole.push(record);
        expect(whole).toHaveLength(rows.length);
        for (const [i, { end: offset }] of whole.entries()) {
          const rest: (readonly string[])[] = [];
          for await (const { cells } of readRecords(pieces(offset), ',')) rest.push(cells);
          expect(rest).toEqual(whole.slice(i + 1).map(({ cells }) => cells));
        }
      }),
      { numRuns: 60 },
    );
  });
});
