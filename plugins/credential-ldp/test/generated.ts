import { type CredentialType, VC_CONTEXT } from '@divoc/core/api';
import fc from 'fast-check';
import { proofShapes } from '../src/compiled/proof-plans.js';
import { type NodeShape, shapeOf } from '../src/compiled/shape.js';
import { credentialSchema } from '../src/credential-schema.js';
import { typeOf } from './fixture.js';

interface Member {
  readonly type: string;
  readonly format?: string;
  readonly 'x-iri'?: string;
  readonly properties?: Readonly<Record<string, Member>>;
}

const NAMES = 'name label code text note dose lot site place region country given family born until since index value url did https'.split(
  ' ',
);

const leaf = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ type: 'string' }) },
  fc.constantFrom('date', 'date-time', 'partial-date', 'date-or-date-time').map((format) => ({ type: 'string', format })),
  fc.constantFrom('integer', 'boolean').map((type) => ({ type })),
);

const object = <T>(member: fc.Arbitrary<T>, maxKeys: number) =>
  fc
    .dictionary(
      fc.constantFrom(...NAMES).map((name) => `f${name}`),
      member,
      { minKeys: 1, maxKeys, noNullPrototype: true },
    )
    .map((properties) => ({ type: 'object', additionalProperties: false, properties }));

/** Schemas of records as an adopter may write them, and the types that the house derives. */
export const types: fc.Arbitrary<CredentialType> = fc
  .tuple(object(fc.oneof({ weight: 3, arbitrary: leaf }, object(leaf, 5)), 10), fc.boolean())
  // A subject of nothing but objects has no member of its own to be known by, and is not compiled.
  .map(([schema, hasIri]) => ({
    ...schema,
    properties: { ...schema.properties, own: hasIri ? { type: 'string', 'x-iri': 'https://h.example/t#own' } : { type: 'string' } },
  }))
  .map(typeOf);

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(
    '',
    ' ',
    '"',
    '\\',
    '\n\r\t\b\f\v\0\x7f\x85',
    '@type',
    '@id',
    'did:x:y',
    'urn:a',
    'name',
    'fname',
    '1',
    '2020-01-01',
    'é',
    'e\u0301',
    '𝒳',
    '\u2028',
  ),
);
const integers = fc.oneof({ weight: 15, arbitrary: fc.maxSafeInteger() }, { weight: 1, arbitrary: fc.constantFrom(2 ** 53, 1e21, 1e300) });

function valuesOf({ type, properties }: Member): fc.Arbitrary<unknown> {
  if (properties) return fc.record(mapped(properties, valuesOf), { requiredKeys: [], noNullPrototype: true });
  return type === 'integer' ? integers : type === 'boolean' ? fc.boolean() : texts;
}

const mapped = <T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));

const usually = <T>(common: fc.Arbitrary<T>, rare: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 15, arbitrary: common }, { weight: 1, arbitrary: rare });
const iri = usually(
  fc.constantFrom('urn:uuid:01936b1e-6a00-7000-8000-000000000001', 'https://h.example/a?b=c#d', 'did:web:h.example'),
  fc.constantFrom('tag:h.example,2020:x', 'urn:é', 'did:x:y z'),
);
const entry = fc.record({
  type: fc.constant('BitstringStatusListEntry'),
  statusPurpose: fc.constantFrom('revocation', 'suspension'),
  statusListIndex: fc.nat(99).map(String),
  statusListCredential: fc.constantFrom('https://h.example/status/1', 'https://h.example/status/2', 'http://h.example/s'),
});

/** Credentials of a type, before their proof; every member may be missing, empty, or the same as its neighbour. */
export const credentials = (type: CredentialType): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(
    {
      '@context': fc.constant([VC_CONTEXT, type.url]),
      type: fc.constant(['VerifiableCredential', type.name]),
      id: iri,
      issuer: iri,
      validFrom: fc.constant('2020-01-01T00:00:00Z'),
      validUntil: texts,
      credentialStatus: fc.oneof(entry, fc.array(entry, { minLength: 1, maxLength: 3 })),
      credentialSubject: valuesOf(type.document.schema as unknown as Member),
    },
    { requiredKeys: ['@context', 'type', 'credentialSubject'], noNullPrototype: true },
  );

const purpose = (statusPurpose: string) => ({
  type: 'object',
  additionalProperties: false,
  required: ['type', 'statusPurpose', 'statusListIndex', 'statusListCredential'],
  properties: {
    type: { const: 'BitstringStatusListEntry' },
    statusPurpose: { const: statusPurpose },
    statusListIndex: { type: 'string' },
    statusListCredential: { type: 'string' },
  },
});
const [revocation, suspension] = [purpose('revocation'), purpose('suspension')];

/** The shape of a type's credentials with their status, whichever way its schema writes that. */
export function shapeWithStatus(type: CredentialType): NodeShape {
  const shape = proofShapes(credentialSchema(type.document, type.url))?.document as NodeShape;
  const status = shapeOf({ oneOf: [revocation, suspension, { type: 'array', prefixItems: [revocation, suspension], items: false }] });
  if (!status) throw new Error('the shape of a status is not understood');
  return { ...shape, members: new Map([...shape.members, ['credentialStatus', status]]) };
}
