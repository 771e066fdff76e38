import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EU_VACCINES } from '../src/eu-dcc-vaccines.js';
import { ICVP_PRODUCTS } from '../src/icvp-products.js';
import { icvpRule } from '../src/icvp-rules.js';
import { PRODUCTS, YELLOW_FEVER } from './fixture.js';

const folder = join(process.env.DIVOC_VECTORS ?? '../shared/vectors', 'icvp');
const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

const REASONS: Readonly<Record<string, string>> = {
  'too-recent': 'ICVP_TOO_RECENT',
  'product-not-approved': 'ICVP_PRODUCT_NOT_APPROVED',
  'date-in-future': 'ICVP_DATE_IN_FUTURE',
};
const vaccination = { vp: YELLOW_FEVER, dt: '2026-03-01', bo: 'B1', is: 'M' };
const at = (day: string) => new Date(`${day}T23:59:59Z`);

describe('the decision tables', () => {
  it('are here', () => {
    expect(existsSync(folder), `the test vectors are missing at ${folder}; set DIVOC_VECTORS to their folder`).toBe(true);
  });

  const { cases, outsideTheTables } = json(join(folder, 'decision-tables.json'));
  it.each(cases as Record<string, string>[])('$name', ({ productId, vaccinatedOn, checkedOn, table, rule, valid, reason }) => {
    const result = icvpRule({ vx: { ...vaccination, vp: productId, dt: vaccinatedOn } }, at(checkedOn as string), PRODUCTS);
    expect([result.rule, result.failing]).toEqual([rule, valid ? undefined : REASONS[reason as string]]);
    // Of a product that is on no list, nothing says which disease it is for.
    if (result.failing !== 'ICVP_PRODUCT_NOT_APPROVED') expect(result.table).toBe(table);
  });

  it('take product ids as they are written, and no dose of tomorrow', () => {
    const [future, otherCase] = outsideTheTables;
    const check = (entry: Record<string, string>) =>
      icvpRule({ vx: { ...vaccination, vp: entry.productId, dt: entry.vaccinatedOn } }, at(entry.checkedOn as string), PRODUCTS).failing;
    expect([check(future), check(otherCase)]).toEqual(['ICVP_DATE_IN_FUTURE', 'ICVP_PRODUCT_NOT_APPROVED']);
  });
});

describe('all three forms', () => {
  const fails = (certificate: object, day = '2026-11-23') => icvpRule(certificate as Record<string, unknown>, at(day), PRODUCTS).failing;

  it('are read: vaccination in v or vx, its date in dt or dv', () => {
    const { dt, ...undated } = vaccination;
    expect([fails({ v: vaccination }), fails({ vx: vaccination, v: '1.0.0' }), fails({ vx: { ...undated, dv: dt }, v: '9' })]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    // In 2024 the product was a code of ICD-11, of which WHO's list knows nothing.
    expect(fails({ v: { ...vaccination, vp: 'XM0N24', tg: '1D47' } })).toBe('ICVP_PRODUCT_NOT_APPROVED');
  });

  it('hold between the days that older ones name, both included', () => {
    const v = { ...vaccination, vls: '2026-04-01', vle: '2026-05-01' };
    expect(['2026-03-31', '2026-04-01', '2026-05-01', '2026-05-02'].map((day) => fails({ v }, day))).toEqual([
      'NOT_YET_VALID',
      undefined,
      undefined,
      'EXPIRED',
    ]);
  });

  it('need batch, product, full date, and clinician or issuer', () => {
    const { is, ...anonymous } = vaccination;
    expect(fails({ vx: { ...anonymous, cn: 'Dr Silva' } })).toBeUndefined();
    for (const change of [{ bo: undefined }, { bo: ' ' }, { vp: 1 }, { dt: '2026-03' }, { dt: undefined }, { is: undefined }, { is: '' }])
      expect(fails({ vx: { ...vaccination, ...change } })).toBe('ICVP_INCOMPLETE');
    for (const none of [{}, { v: '1.0.0' }, { vx: [vaccination] }, { vx: null }]) expect(fails(none)).toBe('ICVP_INCOMPLETE');
    expect(fails({ vx: vaccination }, 'never')).toBe('ICVP_DATE_IN_FUTURE');
  });
});

describe('the lists', () => {
  it('are those of schemas/codes', () => {
    const { date, products } = json('schemas/codes/icvp-products.json');
    expect({ date, products }).toEqual(ICVP_PRODUCTS);
    const vaccines = json('schemas/codes/eu-dcc-vaccines.json');
    expect({ date: vaccines.date, vaccines: vaccines.vaccines }).toEqual(EU_VACCINES);
  });

  it('have every product of the vectors, with its disease', () => {
    const { products } = json(join(folder, 'product-ids.json')) as { products: { productId: string; disease: string }[] };
    expect([...PRODUCTS].sort()).toEqual(products.map(({ productId, disease }) => [productId, disease]).sort());
  });
});
