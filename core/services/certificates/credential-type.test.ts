import { readFileSync } from 'node:fs';
import { contexts } from '@digitalbazaar/credentials-context';
import { Ajv2020 } from 'ajv/dist/2020.js';
// @ts-expect-error the package has no types
import jsonld from 'jsonld';
import { describe, expect, it } from 'vitest';
import { contentHash, RECORD_FORMATS, RECORD_KEYWORDS } from '../../api/index.js';
import { applyMergePatch } from '../../api/merge-patch.js';
import { deriveCredentialType } from './credential-type.js';
import { checkRecordSchema, recordFields } from './record-schema.js';
import { RESERVED_TERMS } from './reserved-terms.js';

const schema = JSON.parse(readFileSync(new URL('../../../schemas/records/vaccination.json', import.meta.url), 'utf8'));
const options = { name: 'VaccinationCredential', record: 'vaccination', major: 1, publicUrl: 'https://health.example' };
const derive = (record: unknown) => deriveCredentialType(record, options);
const VC = 'https://www.w3.org/ns/credentials/v2';

function ajv() {
  const instance = new Ajv2020({ strict: true, allErrors: true, formats: { ...RECORD_FORMATS } });
  instance.addVocabulary([...RECORD_KEYWORDS]);
  return instance;
}

/** Canonical N-Quads in safe mode, with nothing but the pinned contexts. */
async function quads(record: unknown, subject: object): Promise<string> {
  const type = derive(record);
  const documents = new Map<string, object>([
    [VC, contexts.get(VC) as object],
    [type.url, type.document],
  ]);
  const documentLoader = async (url: string) => ({ contextUrl: null, documentUrl: url, document: documents.get(url) });
  const document = {
    '@context': [VC, type.url],
    type: ['VerifiableCredential', type.name],
    issuer: 'did:web:a',
    credentialSubject: subject,
  };
  return jsonld.canonize(document, { algorithm: 'RDFC-1.0', format: 'application/n-quads', safe: true, base: null, documentLoader });
}

/** A record with a value of its own in every field. */
function fullSubject(record: Parameters<typeof recordFields>[0]): Record<string, unknown> {
  const subject: Record<string, Record<string, unknown>> = {};
  for (const [index, { path, schema: field }] of recordFields(record).entries()) {
    const value =
      field.type === 'integer' ? index : field.format === undefined ? `value ${index}` : `2021-01-${String(index + 1).padStart(2, '0')}`;
    const [first, second] = path as [string, string?];
    if (second === undefined) subject[first] = value as never;
    else subject[first] = { ...subject[first], [second]: value };
  }
  return subject;
}

describe('the vaccination record', () => {
  it('obeys the rules and compiles in strict mode', () => {
    expect(checkRecordSchema(schema)).toEqual([]);
    const validate = ajv().compile(schema);
    const subject = fullSubject(schema);
    expect(validate({ ...subject, patient: { ...(subject.patient as object), birthDate: '1994-11' } })).toBe(true);
  });

  it.each([
    ['/patient/birthDate', { birthDate: '1994-02-30' }],
    ['/patient/birthDate', { birthDate: '94' }],
    ['/patient/gender', { gender: '' }],
    ['/patient/age', { age: 29 }],
    ['/patient/postalCode', { postalCode: 560034 }],
    ['/patient', { colour: 'red' }],
    ['/patient/street2', { street2: '' }],
  ])('refuses at %s: %j', (pointer, change) => {
    const validate = ajv().compile(schema);
    const subject = fullSubject(schema);
    expect(validate({ ...subject, patient: { name: 'A', ...change } })).toBe(false);
    expect(new Set(validate.errors?.map(({ instancePath }) => instancePath))).toEqual(new Set([pointer]));
  });

  it('labels every field in three languages and prints none twice', () => {
    const fields = recordFields(schema);
    for (const { path, schema: field } of fields) {
      expect(Object.keys(field['x-label'] as object), path.join('.')).toEqual(['en', 'ar', 'hi']);
    }
    const orders = fields.map(({ schema: field }) => field['x-print']).filter((order) => order !== undefined);
    expect(new Set(orders).size).toBe(orders.length);
    expect(fields.filter(({ path }) => path[0] === 'patient').every(({ schema: field }) => field['x-personal'] === true)).toBe(true);
  });
});

describe('deriveCredentialType', () => {
  it('names the type by its content, whatever the order of members', () => {
    const type = derive(schema);
    expect(type).toMatchObject({
      name: 'VaccinationCredential',
      url: `https://health.example/contexts/${type.hash}`,
      document: { base: 'https://health.example/contexts/', type: 'VaccinationCredential' },
    });
    expect(contentHash(type.document)).toBe(type.hash);
    const reversed = {
      ...schema,
      required: [...schema.required].reverse(),
      properties: Object.fromEntries(Object.entries(schema.properties).reverse()),
    };
    expect(derive(reversed).hash).toBe(type.hash);
    expect(
      derive(
        applyMergePatch(schema, {
          title: 'Other',
          properties: { patient: { properties: { name: { 'x-personal': false, 'x-index': true } } } },
        }),
      ).hash,
    ).toBe(type.hash);
    expect(derive(applyMergePatch(schema, { properties: { patient: { properties: { name: { maxLength: 100 } } } } })).hash).not.toBe(
      type.hash,
    );
    expect(deriveCredentialType(schema, { ...options, publicUrl: 'https://other.example' }).hash).not.toBe(type.hash);
  });

  it('keeps labels and print order in a closed schema that stands alone', () => {
    const published = derive(schema).document.schema;
    expect(JSON.stringify(published)).not.toMatch(/x-personal|description|\$schema/);
    expect(published).toMatchObject({
      additionalProperties: false,
      properties: { patient: { additionalProperties: false, properties: { name: { 'x-print': 10, 'x-label': { hi: 'नाम' } } } } },
    });
    expect(ajv().compile(published)(fullSubject(schema))).toBe(true);
  });

  it('gives each field one distinct IRI and its datatype', async () => {
    const nquads = await quads(schema, fullSubject(schema));
    const fields = recordFields(schema);
    for (const { path } of fields) {
      const iri = `<urn:divoc:vaccination:1#${path.join('.')}>`;
      expect(
        nquads.split('\n').filter((quad) => quad.includes(iri)),
        iri,
      ).toHaveLength(1);
    }
    expect(nquads).toMatch(/1#doseNumber> "\d+"\^\^<http:\/\/www\.w3\.org\/2001\/XMLSchema#integer>/);
    expect(nquads).toMatch(/1#effectiveFrom> "2021-01-\d\d"\^\^<http:\/\/www\.w3\.org\/2001\/XMLSchema#date>/);
    expect(nquads).toMatch(/1#patient\.birthDate> "2021-01-\d\d" \./);
  });

  it('drops nothing silently: an unknown member fails in safe mode', async () => {
    await expect(quads(schema, { ...fullSubject(schema), colour: 'red' })).rejects.toThrow(/[Ss]afe mode/);
    await expect(quads(schema, { patient: { name: 'A', colour: 'red' } })).rejects.toThrow(/[Ss]afe mode/);
  });

  it('makes a new type of a merge patch', async () => {
    const field = { type: 'string', maxLength: 256, 'x-personal': true, 'x-label': { en: "Parent's name" }, 'x-print': 15 };
    const changed = applyMergePatch<typeof schema>(schema, {
      properties: { patient: { properties: { parentName: field } }, vaccineCode: null },
    });
    expect(derive(changed).hash).not.toBe(derive(schema).hash);
    expect(await quads(changed, { patient: { name: 'A', parentName: 'B' } })).toContain('<urn:divoc:vaccination:1#patient.parentName> "B"');
    expect(recordFields(changed).map(({ path }) => path.join('.'))).not.toContain('vaccineCode');
    expect(schema.properties.patient.properties.parentName).toBeUndefined();
  });

  it('uses x-iri where it is given', async () => {
    const changed = applyMergePatch(schema, { properties: { patient: { properties: { name: { 'x-iri': 'https://schema.org/name' } } } } });
    expect(await quads(changed, { patient: { name: 'A' } })).toContain('<https://schema.org/name> "A"');
  });

  it.each([
    ['RECORD_ARRAY', { properties: { tags: { type: 'array', items: { type: 'string' } } } }],
    [
      'RECORD_TOO_DEEP',
      {
        properties: {
          patient: { properties: { home: { type: 'object', additionalProperties: false, properties: { a: { type: 'string' } } } } },
        },
      },
    ],
    ['RECORD_OPEN_OBJECT', { properties: { patient: { additionalProperties: true } } }],
    ['RECORD_OPEN_OBJECT', { additionalProperties: null }],
    [
      'RECORD_IRI_DUPLICATE',
      { properties: { vaccineName: { 'x-iri': 'https://a.example/x' }, lotNumber: { 'x-iri': 'https://a.example/x' } } },
    ],
    [
      'RECORD_IRI_DUPLICATE',
      {
        properties: {
          vaccineName: { 'x-iri': 'https://a.example/x' },
          patient: { properties: { name: { 'x-iri': 'https://a.example/x' } } },
        },
      },
    ],
    ['RECORD_IRI_INVALID', { properties: { vaccineName: { 'x-iri': 'name' } } }],
    ['RECORD_IRI_INVALID', { properties: { vaccineName: { 'x-iri': 'urn:divoc:vaccination:1#lotNumber' } } }],
    ['RECORD_NAME_RESERVED', { properties: { name: { type: 'string' } } }],
    ['RECORD_NAME_RESERVED', { properties: { id: { type: 'string' } } }],
    ['RECORD_NAME_RESERVED', { properties: { expires: { type: 'string' } } }],
    ['RECORD_NAME_RESERVED', { properties: { patient: { properties: { type: { type: 'string' } } } } }],
    ['RECORD_NAME_INVALID', { properties: { '@id': { type: 'string' } } }],
    ['RECORD_NAME_INVALID', { properties: { 'urn:x': { type: 'string' } } }],
    ['RECORD_FRACTION', { properties: { weight: { type: 'number' } } }],
    ['RECORD_TYPE_UNKNOWN', { properties: { weight: { type: ['string', 'null'] } } }],
    ['RECORD_FORMAT_UNKNOWN', { properties: { mail: { type: 'string', format: 'email' } } }],
    ['RECORD_KEYWORD_UNKNOWN', { properties: { weight: { type: 'string', anyOf: [] } } }],
    ['RECORD_REQUIRED_UNKNOWN', { properties: { vaccineName: null } }],
    ['RECORD_NOT_SCHEMA', { properties: { weight: true } }],
  ])('refuses with %s: %j', (code, patch) => {
    const changed = applyMergePatch(schema, patch);
    expect(() => derive(changed)).toThrow(
      expect.objectContaining({ code: 'RECORD_SCHEMA_INVALID', faults: [expect.objectContaining({ code })] }),
    );
  });

  it('names every fault at once', () => {
    const changed = applyMergePatch(schema, { properties: { name: { type: 'number' }, tags: { type: 'array' } } });
    expect(() => derive(changed)).toThrow(
      /\/properties\/name {2}RECORD_NAME_RESERVED[\s\S]+RECORD_FRACTION[\s\S]+\/properties\/tags {2}RECORD_ARRAY/,
    );
  });
});

it('reserves every term of the VC 2.0 context, and no more', () => {
  const terms = new Set<string>();
  const visit = (context: object): void => {
    for (const [term, definition] of Object.entries(context)) {
      // Capital letters and underscores are no field names in any case.
      if (/^[a-z]/.test(term)) terms.add(term);
      if (typeof definition === 'object' && definition?.['@context']) visit(definition['@context']);
    }
  };
  visit((contexts.get(VC) as { '@context': object })['@context']);
  expect([...RESERVED_TERMS].sort()).toEqual([...terms].sort());
});

it('merges as RFC 7396 shows', () => {
  // Appendix A, the cases that differ in kind.
  const cases: [unknown, unknown, unknown][] = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  for (const [target, patch, result] of cases) expect(applyMergePatch(target, patch)).toEqual(result);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  applyMergePatch({}, JSON.parse('{"__proto__":{"polluted":1}}'));
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
