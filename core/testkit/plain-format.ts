import { createPublicKey, verify } from 'node:crypto';
import { canonicalJson } from '../api/canonical-json.js';
import { jsonSnapshot } from '../api/json-snapshot.js';
import type { CredentialFormat, SealIntent, TrustedKey } from '../api/ports/credential-format.js';
import { RECORD_FORMATS } from '../api/record-formats.js';
import { Refusal } from '../api/refusal.js';
import { outsideValidity, trustedKey, trustOfIntent } from '../api/trusted-key.js';
import { credentialStatus } from '../api/vc-sealing.js';
import { refusedVerdict, verifiedVerdict } from '../api/verdict.js';

/** What this format seals: the intent as it is, and a signature over its canonical form. */
interface PlainCredential {
  readonly plain: string;
  readonly claims: Readonly<Record<string, unknown>> & {
    readonly issuer: string;
    readonly validFrom: string;
    readonly validUntil?: string;
  };
  readonly proof: { readonly key: string; readonly created: string; readonly value: string };
}

const MEMBERS = '["claims","plain","proof"] ["created","key","value"]';
/** As long as a signature, and as hard to compress. */
const STAND_IN = 'E9HUHFRnIWUSZFFWiRmiAuQNlSZXRnhrBGe4c-92HhE0pOU8JB2U-E--2_vJcoFKFRVq7lUsIisRLNbX_xF3bA';
const DER = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * A credential format with nothing but a signature: good for tests of what uses formats, and the model that the broken
 * ones of the contract differ from in one point. `name` stands in its credentials and in its media type. It writes status
 * entries where it is asked to.
 */
export function plainFormat(name = 'plain', { writesStatus = false } = {}): CredentialFormat {
  const recognises = (document: unknown): boolean => (document as { plain?: unknown } | null | undefined)?.plain === name;
  const draft = (intent: SealIntent, value: string): PlainCredential => {
    const { id, issuer, type, validFrom, validUntil, created, verificationMethod, status, subject } = intent;
    const claims = {
      id,
      issuer,
      type: type.name,
      validFrom,
      ...(validUntil !== undefined && { validUntil }),
      ...(writesStatus && status && { credentialStatus: credentialStatus(status) }),
      credentialSubject: subject,
    };
    return { plain: name, claims, proof: { key: verificationMethod, created, value } };
  };
  const format: CredentialFormat = {
    mediaType: `application/${name}`,
    qrForms: ['zip', 'pixelpass'],
    needs: { purpose: 'vc', algorithm: 'Ed25519' },
    ...(writesStatus && { writesStatus }),
    prepare(intent) {
      const prepared = draft(intent, STAND_IN);
      const isOrdered = intent.validUntil === undefined || Date.parse(intent.validFrom) <= Date.parse(intent.validUntil);
      const isDated = RECORD_FORMATS['date-time'](intent.created) && RECORD_FORMATS['date-time'](intent.validFrom);
      if (!jsonSnapshot(prepared) || !isOrdered || !isDated) throw unfit();
      if (typeof trustedKey(claimOf(prepared, new Date(intent.created)), trustOfIntent(intent)) === 'string') throw unfit();
      return prepared;
    },
    async seal(intent, sign) {
      const { proof, ...rest } = format.prepare(intent) as PlainCredential;
      const value = Buffer.from(await sign(signedBytes({ ...rest, proof }))).toString('base64url');
      const sealed = { ...rest, proof: { ...proof, value } };
      if ((await format.open(sealed, trustOfIntent(intent), new Date(intent.validFrom))).status !== 'VERIFIED') throw unfit();
      return sealed;
    },
    recognises,
    async open(input, trust, at) {
      const document = jsonSnapshot(input) as PlainCredential | undefined;
      if (document === undefined) return refusedVerdict('DOCUMENT_NOT_JSON');
      if (!recognises(document)) return refusedVerdict('DOCUMENT_NOT_CREDENTIAL');
      if (!hasShape(document)) return refusedVerdict('SHAPE_NOT_EXACT');
      const key = trustedKey(claimOf(document, at), trust);
      if (typeof key === 'string') return refusedVerdict(key);
      if (!holds(document, key)) return refusedVerdict('SIGNATURE_WRONG');
      const outside = outsideValidity(document.claims, at);
      return outside ? refusedVerdict(outside, document.claims) : verifiedVerdict(document.claims);
    },
  };
  return format;
}

function claimOf({ claims, proof }: PlainCredential, at: Date) {
  return { issuer: claims.issuer, verificationMethod: proof.key, created: proof.created, at };
}

function hasShape({ claims, proof, ...rest }: PlainCredential): boolean {
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject(claims) || !isObject(proof)) return false;
  const members = [Object.keys({ claims, proof, ...rest }).sort(), Object.keys(proof).sort()].map((names) => JSON.stringify(names));
  const texts = [claims.issuer, claims.validFrom, claims.validUntil ?? '', proof.key, proof.created, proof.value];
  return members.join(' ') === MEMBERS && texts.every((text) => typeof text === 'string');
}

function signedBytes({ proof: { value: _, ...proof }, ...rest }: PlainCredential): Uint8Array {
  return Buffer.from(canonicalJson({ ...rest, proof }));
}

function holds(document: PlainCredential, { publicKeyMultibase = '' }: TrustedKey): boolean {
  const signature = Buffer.from(document.proof.value, 'base64url');
  if (signature.toString('base64url') !== document.proof.value) return false;
  const key = createPublicKey({ key: Buffer.concat([DER, rawKey(publicKeyMultibase)]), format: 'der', type: 'spki' });
  return verify(null, signedBytes(document), key, signature);
}

/** The last 32 of the 34 bytes of an Ed25519 Multikey. */
function rawKey(multibase: string): Buffer {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  const number = [...multibase.slice(1)].reduce((sum, letter) => sum * 58n + BigInt(alphabet.indexOf(letter)), 0n);
  return Buffer.from(number.toString(16).padStart(68, '0').slice(-64), 'hex');
}

const unfit = () => new Refusal(422, 'CREDENTIAL_UNFIT', 'The credential is not one that its own verifier would accept.');
