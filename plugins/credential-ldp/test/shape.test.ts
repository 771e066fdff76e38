import { RECORD_FORMATS, RECORD_KEYWORDS } from '@divoc/core/api';
import { credentialFixture } from '@divoc/core/testkit';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { PUBLISHED_KEYWORDS } from '../../../core/services/certificates/record-schema.js';
import { credentialSchema } from '../src/credential-schema.js';
import { ldpFormat } from '../src/ldp-format.js';
import { shapeOf } from '../src/shape.js';
import { fixture } from './fixture.js';

/** The same schema for the library that everything else here validates with. */
function inAjv(schema: object): (value: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false, formats: { ...RECORD_FORMATS } });
  ajv.addVocabulary([...RECORD_KEYWORDS]);
  return ajv.compile(schema);
}

const STRANGE: readonly unknown[] = [
  ...[null, true, false, 0, -0, 1, 1.0, 1.5, -3, 1e21, '', ' ', 'x', 'x'.repeat(255), 'x'.repeat(256), 'x'.repeat(257)],
  ...['😀'.repeat(128), '😀'.repeat(256), '😀'.repeat(257), '\ud800', '2026-02-30', '2026-02-28', '2026', '2026-11-23T10:00:00Z'],
  ...['2026-11-23T10:00:00.000+05:30', 'did:web:a.example', 'did:web:a.example#k', 'https://a.example/status/r1', 'Asha\n'],
  ...[[], [null], [1, 2], ['VerifiableCredential'], {}, { x: 1 }, { name: 'x' }, { type: 'BitstringStatusListEntry' }, { toString: 1 }],
];

type Json = Record<string, unknown>;
/** The document with one thing different: every place is given every strange value, taken away, wrapped, and given a stranger. */
function* changed(document: unknown): Generator<unknown> {
  yield* STRANGE;
  if (typeof document !== 'object' || document === null) return;
  const isArray = Array.isArray(document);
  const copy = (): Json => (isArray ? [...document] : { ...document }) as Json;
  for (const name of Object.keys(document)) {
    for (const child of changed((document as Json)[name])) yield Object.assign(copy(), { [name]: child });
    yield Object.assign(copy(), { [name]: [(document as Json)[name]] });
    const without = copy();
    if (isArray) (without as unknown as unknown[]).splice(Number(name), 1);
    else delete without[name];
    yield without;
  }
  for (const name of isArray ? [String(document.length)] : ['stranger', 'constructor', '']) yield Object.assign(copy(), { [name]: 'x' });
}

const entry = (statusPurpose: 'revocation' | 'suspension', name: string) => ({
  statusPurpose,
  statusListIndex: 7,
  statusListCredential: `https://health.example/status/${name}`,
});

describe('the shape of a certificate', () => {
  it.each([
    ['of the house', fixture],
    ['of the testkit', credentialFixture()],
  ])('is what ajv says it is, of everything near to one %s', async (_whose, { intent, type, sign }) => {
    const schema = credentialSchema(type.document, type.url);
    const [ours, theirs] = [shapeOf(schema), inAjv(schema)];
    let [fit, unfit] = [0, 0];
    for (const status of [[], [entry('revocation', 'r1')], [entry('revocation', 'r1'), entry('suspension', 's1')]]) {
      const credential = await ldpFormat.seal({ ...intent, ...(status.length > 0 && { status }) }, sign);
      expect(ours(credential)).toBe(undefined);
      for (const document of changed(credential)) {
        const fits = ours(document) === undefined;
        if (fits !== theirs(document)) expect([JSON.stringify(document), fits]).toEqual(['', theirs(document)]);
        if (fits) fit += 1;
        else unfit += 1;
      }
    }
    expect([fit > 100, unfit > 3000]).toEqual([true, true]);
  });

  it('names the first place that does not fit', () => {
    const shape = shapeOf({ type: 'object', properties: { 'a/b': { properties: { c: { type: 'string', maxLength: 2 } } } } });
    expect([shape({ 'a/b': { c: 'xyz' } }), shape({ 'a/b': { c: 'xy' } }), shape(7)]).toEqual(['/a~1b/c', undefined, '']);
  });

  it('is made of every keyword that types are published with, and leaves none out', () => {
    const values: Record<string, unknown> = { properties: {}, required: [], enum: [1], pattern: 'x', type: 'string', format: 'date' };
    for (const keyword of PUBLISHED_KEYWORDS) {
      const beside = keyword === 'additionalProperties' ? { properties: {}, additionalProperties: false } : {};
      expect(() => shapeOf({ [keyword]: values[keyword] ?? 1, ...beside })).not.toThrow();
    }
    for (const unknown of [{ not: {} }, { $ref: '#' }, { format: 'email' }, { type: ['string', 'null'] }, { items: {} }, true, null])
      expect(() => shapeOf(unknown)).toThrow();
  });
});
