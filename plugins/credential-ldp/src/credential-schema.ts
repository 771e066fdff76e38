import { CREDENTIAL_ID, type CredentialType, isObject, type JsonSchema, VC_CONTEXT } from '@divoc/core/api';
import { CRYPTOSUITE } from './data-integrity.js';
import { SELECTIVE } from './general/suites.js';
import { type Shape, shapeOf } from './shape.js';

/** One DID, and one DID URL with a fragment: strict enough that no other IRI means the same. */
const DID = 'did:[a-z0-9]+:[A-Za-z0-9._:%-]+';

/** What stands in a credential of this type once its exact shape is known. */
export interface LdpCredential {
  readonly '@context': readonly [string, string];
  readonly id: string;
  readonly type: readonly [string, string];
  readonly issuer: string;
  readonly validFrom: string;
  readonly validUntil?: string;
  readonly credentialStatus?: unknown;
  readonly credentialSubject: Readonly<Record<string, unknown>>;
  readonly proof: {
    readonly cryptosuite: string;
    readonly created: string;
    readonly verificationMethod?: string;
    readonly proofValue: string;
  };
}

/** A credential with all its claims and one signature; one with the proof of its holder; one that shows a part of its claims. */
export type CredentialForm = 'whole' | 'base' | 'derived';

const PROOFS = {
  whole: { cryptosuite: CRYPTOSUITE, proofValue: '^z[1-9A-HJ-NP-Za-km-z]{64,100}$' },
  base: { cryptosuite: SELECTIVE, proofValue: '^u2V0A[A-Za-z0-9_-]{1,65536}$' },
  derived: { cryptosuite: SELECTIVE, proofValue: '^u2V0B[A-Za-z0-9_-]{1,65536}$' },
} as const satisfies Record<CredentialForm, object>;

/**
 * The closed JSON Schema of a whole credential, proof included.
 *
 * Canonicalisation forgets what JSON shows: the order and number of array elements, `1` and `"1"`, a scalar and its
 * one-element array, terms and full IRIs, empty contexts. Only the exact shape makes the signature cover the text.
 * `verificationMethod` may be missing here because its absence has a word of its own (KID_NOT_INCLUDED).
 */
export function credentialSchema(document: CredentialType['document'], url: string, form: CredentialForm = 'whole'): object {
  const { cryptosuite, proofValue } = PROOFS[form];
  const closed = (required: readonly string[], properties: object) => ({
    type: 'object',
    additionalProperties: false,
    required,
    properties,
  });
  const instant = { type: 'string', format: 'date-time' };
  return closed(['@context', 'id', 'type', 'issuer', 'validFrom', 'credentialSubject', 'proof'], {
    '@context': { const: [VC_CONTEXT, url] },
    id: { type: 'string', maxLength: 512, pattern: CREDENTIAL_ID },
    type: { const: ['VerifiableCredential', document.type] },
    issuer: { type: 'string', maxLength: 512, pattern: `^${DID}$` },
    validFrom: instant,
    validUntil: instant,
    credentialStatus: statusSchema(),
    credentialSubject: form === 'derived' ? withGaps(document.schema) : document.schema,
    proof: closed(['type', 'cryptosuite', 'created', 'proofPurpose', 'proofValue'], {
      type: { const: 'DataIntegrityProof' },
      cryptosuite: { const: cryptosuite },
      created: instant,
      verificationMethod: { type: 'string', maxLength: 1024, pattern: `^${DID}#[A-Za-z0-9._-]+$` },
      proofPurpose: { const: 'assertionMethod' },
      proofValue: { type: 'string', pattern: proofValue },
    }),
  });
}

/** The same schema for a subject of which its holder shows a part: what is there has its place and its form, and anything may be missing. */
function withGaps({ required: _, ...schema }: JsonSchema): JsonSchema {
  if (!isObject(schema.properties)) return schema;
  const properties = Object.entries(schema.properties).map(([name, member]) => [name, withGaps(member as JsonSchema)]);
  return { ...schema, properties: Object.fromEntries(properties) };
}

/** One entry, or one for each purpose in this order: canonicalisation would forget another one. */
function statusSchema(): object {
  const entry = (statusPurpose: string) => ({
    type: 'object',
    additionalProperties: false,
    required: ['type', 'statusPurpose', 'statusListIndex', 'statusListCredential'],
    properties: {
      type: { const: 'BitstringStatusListEntry' },
      statusPurpose: { const: statusPurpose },
      statusListIndex: { type: 'string', pattern: '^(0|[1-9][0-9]{0,8})$' },
      statusListCredential: { type: 'string', maxLength: 512, pattern: '^https?://[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~-]+)+$' },
    },
  });
  const [revocation, suspension] = [entry('revocation'), entry('suspension')];
  const both = { type: 'array', minItems: 2, maxItems: 2, prefixItems: [revocation, suspension], items: false };
  return { oneOf: [revocation, suspension, both] };
}

const shapes = new WeakMap<object, Map<CredentialForm, Shape>>();

/** Where a document is no credential of this type; made once a type and form. */
export function credentialShape(document: CredentialType['document'], url: string, form: CredentialForm = 'whole'): Shape {
  const known = shapes.get(document) ?? new Map<CredentialForm, Shape>();
  shapes.set(document, known);
  const shape = known.get(form) ?? shapeOf(credentialSchema(document, url, form));
  known.set(form, shape);
  return shape;
}
