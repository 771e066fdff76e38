import { createPrivateKey, createPublicKey, sign as edSign, type KeyObject } from 'node:crypto';
import { contentHash } from '../api/canonical-json.js';
import type { CredentialType, SealIntent, Sign, Trust, TrustedKey } from '../api/ports/credential-format.js';
import { base58btc } from './base58.js';
import { documentSigner } from './document-signers.js';

/** An Ed25519 private key in PKCS #8 (RFC 8410) is this header and its seed. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

export interface TestKey {
  readonly key: KeyObject;
  /** The public key as a Multikey, `z6Mk…`. */
  readonly multibase: string;
  readonly sign: Sign;
}

/** An Ed25519 key whose seed is one byte repeated, so that a failing test fails again. */
export function testKey(seed: number): TestKey {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, Buffer.alloc(32, seed)]), format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  const multibase = `z${base58btc(Buffer.concat([Buffer.from([0xed, 0x01]), raw]))}`;
  return { key, multibase, sign: async (data) => new Uint8Array(edSign(null, data, key)) };
}

/** A time at which the fixture's certificates are valid. */
export const SEALED_AT = new Date('2026-11-23T12:00:00Z');

export interface CredentialFixture {
  readonly did: string;
  readonly type: CredentialType;
  readonly key: TestKey;
  readonly verificationMethod: string;
  readonly intent: SealIntent;
  /** What the intent is sealed with. */
  readonly sign: Sign;
  /** Another key of the same kind: what seals with it, and what its owner would put in the place of the fixture's. */
  readonly other: { readonly sign: Sign; readonly key: Partial<TrustedKey> };
  /** What a verifier trusts who knows this issuer; members of its key changed, or other types known. */
  trust(key?: Partial<TrustedKey>, types?: readonly CredentialType[]): Trust;
  /** The same as a trust file. */
  readonly bundle: {
    readonly divocTrust: 1;
    readonly didDocuments: readonly unknown[];
    readonly contexts: Readonly<Record<string, unknown>>;
  };
}

export interface CredentialFixtureOptions {
  readonly did?: string;
  /** Default 1. */
  readonly seed?: number;
  /** Default: a small vaccination record of the testkit's own. */
  readonly type?: CredentialType;
  readonly subject?: Readonly<Record<string, unknown>>;
  /** True for formats whose keys are known by key id and X.509 certificate: ES256, `documentSigner()`. */
  readonly certified?: boolean;
  /** Of a certified key, where the format names keys otherwise than HCERT does. */
  readonly kid?: string;
}

/** An issuer with a key, a certificate that it means to seal, and those who trust it. */
export function credentialFixture(options: CredentialFixtureOptions = {}): CredentialFixture {
  const { did = 'did:web:health.example', seed = 1, type = smallType(), subject = SUBJECT, certified = false } = options;
  const key = testKey(seed);
  const [signer, stranger] = [documentSigner(0), documentSigner(1)];
  const multibase = certified ? signer.key.publicKeyMultibase : key.multibase;
  const verificationMethod = `${did}#${multibase}`;
  const method = { id: verificationMethod, type: 'Multikey', controller: did, publicKeyMultibase: multibase };
  return {
    did,
    type,
    key,
    verificationMethod,
    intent: {
      id: 'urn:uuid:01936b1e-6a00-7000-8000-000000000001',
      issuer: did,
      type,
      validFrom: '2026-11-23T10:00:00.123Z',
      validUntil: '2036-11-23T10:00:00.000Z',
      created: '2026-11-23T10:00:01.456Z',
      verificationMethod,
      ...(certified && { key: signer.key }),
      subject,
    },
    sign: certified ? signer.sign : key.sign,
    other: certified
      ? { sign: stranger.sign, key: { publicKeyJwk: stranger.jwk, publicKeyMultibase: stranger.key.publicKeyMultibase } }
      : { sign: testKey(99).sign, key: { publicKeyMultibase: testKey(99).multibase } },
    trust(changes = {}, types = [type]) {
      const named = options.kid === undefined ? {} : { kid: options.kid };
      const known: TrustedKey = certified ? { ...signer.trusted, controller: did, ...named } : { ...method, publicKeyMultibase: multibase };
      const trusted = { ...known, ...changes };
      return {
        // A certified key is published in the DID document as well.
        key: (id) => (id === trusted.id ? trusted : certified && id === verificationMethod ? { ...trusted, id } : undefined),
        issuer: (issuer) => issuer === did,
        type: (hash) => types.find((known) => known.hash === hash)?.document,
        keysFor: (kid) => (kid === undefined || trusted.kid === undefined || kid === trusted.kid ? [trusted] : []),
      };
    },
    bundle: {
      divocTrust: 1,
      didDocuments: [{ id: did, verificationMethod: [method], assertionMethod: [method.id] }],
      contexts: { [type.hash]: type.document },
    },
  };
}

/** Texts of one kind in several places, numbers and dates: what can change places without anybody's notice. */
export const SUBJECT = {
  patient: { name: 'Bhāya Mitra', birthDate: '1994-11-30', gender: 'male' },
  vaccineName: 'CoVax',
  lotNumber: 'MB3428BX',
  occurrenceDateTime: '2020-12-02T19:21:18.646Z',
  doseNumber: 1,
  seriesDoses: 2,
  facility: { name: 'ABC Medical Center', district: 'Bengaluru South' },
} as const;

const VOCABULARY = 'urn:divoc:vaccination:1#';

/** A credential type as the house derives them, small and written by hand: the testkit knows no service. */
function smallType(): CredentialType {
  const text = { type: 'string', maxLength: 256 };
  const object = (properties: Readonly<Record<string, object>>) => ({
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    properties,
  });
  const schema = object({
    patient: object({ name: text, birthDate: { type: 'string', format: 'partial-date' }, gender: text }),
    vaccineName: text,
    lotNumber: text,
    occurrenceDateTime: { type: 'string', format: 'date-or-date-time' },
    doseNumber: { type: 'integer', minimum: 1 },
    seriesDoses: { type: 'integer', minimum: 1 },
    facility: object({ name: text, district: text }),
  });
  const document = {
    '@context': {
      '@protected': true,
      VaccinationCredential: { '@id': `${VOCABULARY}VaccinationCredential` },
      ...terms(schema, VOCABULARY),
    },
    base: 'https://health.example/contexts/',
    type: 'VaccinationCredential',
    schema,
  };
  const hash = contentHash(document);
  return { name: document.type, hash, url: `${document.base}${hash}`, document };
}

interface Schema {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, object>>;
}

function terms({ properties = {} }: Schema, prefix: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, member]: [string, Schema]) => {
      const iri = `${prefix}${name}`;
      if (member.properties) return [name, { '@id': iri, '@context': { '@protected': true, ...terms(member, `${iri}.`) } }];
      return [name, { '@id': iri, ...(member.type === 'integer' && { '@type': 'http://www.w3.org/2001/XMLSchema#integer' }) }];
    }),
  );
}
