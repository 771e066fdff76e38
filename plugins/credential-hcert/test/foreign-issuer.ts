import { constants, generateKeyPairSync, type KeyObject, sign as nodeSign } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { encodeBase45, type KeyCertificate, type PublicJwk, type Trust, type TrustedKey } from '@divoc/core/api';
import { encode, Tagged } from 'cborg';
import { reader } from '../src/reader.js';

export const AT = new Date('2026-11-23T12:00:00Z');
export const NOW = AT.getTime() / 1000;
export const KID = Buffer.from('0102030405060708', 'hex');
export const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });

export interface Form {
  readonly key?: KeyObject;
  readonly algorithm?: unknown;
  readonly protectedHeader?: ReadonlyMap<unknown, unknown>;
  readonly unprotected?: ReadonlyMap<unknown, unknown>;
  readonly claims?: readonly (readonly [unknown, unknown])[];
  readonly hcert?: unknown;
  /** Around COSE_Sign1, the outermost first. */
  readonly tags?: readonly number[];
  readonly payloadTag?: number;
}

export const ENTRY = { tg: '840539006', dn: 1, sd: 2, ci: 'URN:UVCI:01:AT:1#A' };
export const DCC = new Map([[1, { ver: '1.3.0', nam: { fnt: 'A' }, dob: '', v: [ENTRY] }]]);

export const twoKinds = (second: unknown) => new Map<number, unknown>([...DCC, [3, second]]);

/** A certificate of somebody who writes what standards allow, or something else. */
export function sealed(form: Form = {}): string {
  const { key = ec.privateKey, algorithm = -7, unprotected = new Map(), tags = [18], hcert = DCC } = form;
  const header =
    form.protectedHeader ??
    new Map([
      [1, algorithm],
      [4, KID],
    ] as [number, unknown][]);
  const claims = form.claims ?? [
    [1, 'AT'],
    [4, NOW + 1000],
    [6, NOW - 1000],
  ];
  const token = new Map<unknown, unknown>([...claims, [-260, hcert]]);
  const payload = encode(form.payloadTag === undefined ? token : new Tagged(form.payloadTag, token));
  const protectedBytes = header.size === 0 ? new Uint8Array(0) : encode(header);
  const signed = encode(['Signature1', protectedBytes, new Uint8Array(0), payload]);
  const options =
    key.asymmetricKeyType === 'rsa' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : { dsaEncoding: 'ieee-p1363' as const };
  const cose: unknown = [protectedBytes, unprotected, payload, nodeSign('sha256', signed, { key, ...options })];
  return textOf(encode([...tags].reverse().reduce((inner, tag) => new Tagged(tag, inner), cose)));
}

export const textOf = (cose: Uint8Array): string => `HC1:${encodeBase45(deflateSync(cose))}`;

export const trustedKey = (key: KeyObject, certificate: Partial<KeyCertificate> | undefined = {}): TrustedKey => ({
  id: 'key',
  controller: 'AT',
  kid: KID.toString('base64'),
  publicKeyJwk: key.export({ format: 'jwk' }) as PublicJwk,
  ...(certificate && {
    certificate: { der: '', notBefore: '2026-01-01T00:00:00Z', notAfter: '2027-01-01T00:00:00Z', isAuthority: false, ...certificate },
  }),
});
export const trust = (...keys: TrustedKey[]): Trust => ({
  key: () => undefined,
  issuer: () => true,
  type: () => undefined,
  keysFor: (kid) => keys.filter((key) => kid === undefined || key.kid === undefined || key.kid === kid),
});
export const OWN = trust(trustedKey(ec.publicKey));
export async function found(text: string, known = OWN, at = AT) {
  const { status, reasons } = await reader.open(text, known, at);
  return [status, reasons[0]?.code];
}
export const VERIFIED = ['VERIFIED', undefined];
