import { createPrivateKey, createPublicKey, sign as edSign, type KeyObject } from 'node:crypto';
import { contentHash } from '../api/canonical-json.js';
import type { CredentialType, SealIntent, Sign, Trust, TrustedKey } from '../api/ports/credential-format.js';

/** An Ed25519 private key in PKCS #8 (RFC 8410) is this header and its seed. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

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

/** base58btc, written apart from the plugins under test. */
export function base58btc(bytes: Uint8Array): string {
  let number = BigInt(`0x0${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  for (; number > 0n; number /= 58n) text = `${ALPHABET[Number(number % 58n)]}${text}`;
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return `${'1'.repeat(zeros < 0 ? bytes.length : zeros)}${text}`;
}

/** A time at which the fixture's certificates are valid. */
export const SEALED_AT = new Date('2026-11-23T12:00:00Z');

export interface CredentialFixture {
  readonly did: string;
  readonly type: CredentialType;
  readonly key: TestKey;
  readonly verificationMethod: string;
  readonly intent: SealIntent;
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
}

/** An issuer with a key, a certificate that it means to seal, and those who trust it. */
export function credentialFixture(options: CredentialFixtureOptions = {}): CredentialFixture {
  const { did = 'did:web:health.example', seed = 1, type = smallType(), subject = SUBJECT } = options;
  const key = testKey(seed);
  const verificationMethod = `${did}#${key.multibase}`;
  const method = { id: verificationMethod, type: 'Multikey', controller: did, publicKeyMultibase: key.multibase };
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
      subject,
    },
    trust(changes = {}, types = [type]) {
      const trusted = { id: verificationMethod, controller: did, publicKeyMultibase: key.multibase, ...changes };
      return {
        key: (id) => (id === trusted.id ? trusted : undefined),
        issuer: (issuer) => issuer === did,
        type: (hash) => types.find((known) => known.hash === hash)?.document,
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
