import { generateKeyPairSync, type KeyObject, sign as nodeSign } from 'node:crypto';
import { type Trust, toMultibase, type Verdict } from '@divoc/core/api';
import { testKey } from '@divoc/core/testkit';
import { prove } from '../src/general/prove.js';
import { ldpFormat } from '../src/ldp-format.js';
import { type } from './fixture.js';

export type Document = Readonly<Record<string, unknown>>;

export const V2 = 'https://www.w3.org/ns/credentials/v2';
export const V1 = 'https://www.w3.org/2018/credentials/v1';
export const EXAMPLES = 'https://www.w3.org/ns/credentials/examples/v2';
export const at = new Date('2026-11-23T12:00:00Z');

/** An issuer that is its own key, as wallets and test suites have them. */
export function ecKey(curve: 'P-256' | 'P-384') {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const { x, y } = publicKey.export({ format: 'jwk' }) as { x: string; y: string };
  const header = curve === 'P-256' ? [0x80, 0x24] : [0x81, 0x24];
  const parity = (Buffer.from(y, 'base64url').at(-1) as number) & 1;
  const multibase = toMultibase(Buffer.concat([Buffer.from(header), Buffer.from([2 + parity]), Buffer.from(x, 'base64url')]));
  const hash = curve === 'P-256' ? 'SHA-256' : 'SHA-384';
  return { multibase, hash, sign: async (data: Uint8Array) => ecSign(hash, data, privateKey) } as const;
}
export const ecSign = (hash: string, data: Uint8Array, key: KeyObject) =>
  new Uint8Array(nodeSign(hash, data, { key, dsaEncoding: 'ieee-p1363' }));

export const ed = { ...testKey(7), hash: 'SHA-256' } as const;
export type Key = Pick<typeof ed, 'multibase' | 'sign'> & { readonly hash: 'SHA-256' | 'SHA-384' };
export const didOf = ({ multibase }: Key) => `did:key:${multibase}`;
export const methodOf = (key: Key) => `${didOf(key)}#${key.multibase}`;

export const credentialOf = (key: Key, changes: Document = {}): Document => ({
  '@context': [V2, EXAMPLES],
  id: 'urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33',
  type: ['VerifiableCredential', 'AlumniCredential'],
  name: 'Alumni Credential',
  issuer: didOf(key),
  validFrom: '2023-01-01T00:00:00Z',
  credentialSubject: { id: 'did:example:abcdefgh', alumniOf: 'The School of Examples', degree: 'Bachelor' },
  ...changes,
});

export const configOf = (key: Key, changes: Document = {}): Document => ({
  type: 'DataIntegrityProof',
  cryptosuite: key.multibase.startsWith('z6Mk') ? 'eddsa-rdfc-2022' : 'ecdsa-rdfc-2019',
  created: '2026-11-23T10:00:00Z',
  verificationMethod: methodOf(key),
  proofPurpose: 'assertionMethod',
  ...changes,
});

export const proved = (document: Document, key: Key = ed, changes: Document = {}) => {
  const config = Object.fromEntries(Object.entries(configOf(key, changes)).filter(([, value]) => value !== undefined));
  return prove(JSON.parse(JSON.stringify(document)), config, key.sign, key.hash);
};

export const trusting = (...keys: readonly Key[]): Trust => ({
  key: () => undefined,
  issuer: (did) => keys.some((key) => didOf(key) === did),
  type: (hash) => (hash === type.hash ? type.document : undefined),
  keysFor: () => [],
});
export const open = (document: unknown, trust = trusting(ed), when = at) => ldpFormat.open(document, trust, when);
export const short = ({ status, reasons }: Verdict) => [status, reasons[0]?.code];
