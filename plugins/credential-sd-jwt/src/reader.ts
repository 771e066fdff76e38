import {
  endOfKey,
  type FormatReader,
  isSignedByOneOf,
  keysNamed,
  outsideValidity,
  refusedVerdict,
  type Trust,
  type TrustedKey,
  trustedKey,
  type Verdict,
  type VerdictReason,
  verifiedVerdict,
} from '@divoc/core/api';
import { type KeyBinding, keyBindingOf } from './key-binding.js';
import { looksLikeSdJwt, readSdJwtVc, type SdJwtVc } from './sd-jwt-vc.js';
import { instantOf } from './signed-jwt.js';

/** Reads SD-JWT VCs, presented with or without the proof of their holder; in a browser as well. */
export const reader: FormatReader = { recognises: looksLikeSdJwt, open };

/** Format and Disclosures → key → signature → key binding → validity; the first that fails gives the verdict. */
async function open(document: unknown, trust: Trust, at: Date): Promise<Verdict> {
  if (!looksLikeSdJwt(document)) return refusedVerdict('DOCUMENT_NOT_CREDENTIAL');
  const vc = readSdJwtVc(document);
  if (!vc) return refusedVerdict('SD_JWT_MALFORMED');
  const keys = keysOf(vc, trust, at);
  if (typeof keys === 'string') return refusedVerdict(keys);
  if (!(await isSignedByOneOf(keys, vc.jwt))) return refusedVerdict('SIGNATURE_WRONG');
  const keyBinding = vc.keyBinding && (await keyBindingOf(vc));
  if (vc.keyBinding && !keyBinding) return refusedVerdict('KEY_BINDING_WRONG');
  const claims = claimsOf(vc, keyBinding);
  const outside = outsideValidity(validityOf(vc), at);
  return outside ? refusedVerdict(outside, claims) : verifiedVerdict(claims);
}

/** The issuer's keys that may have signed, or the reason why none may have: by DID URL, or by key id where that is none. */
function keysOf({ kid, issuer, claims }: SdJwtVc, trust: Trust, at: Date): readonly TrustedKey[] | VerdictReason {
  const created = claims.iat === undefined ? undefined : instantOf(claims.iat);
  if (kid === undefined || kid === '') {
    // A key need not be named (RFC 7515, section 4.1.4): it is one of the issuer's own, or one that was handed over without a name.
    const isOwn = (key: TrustedKey) => key.controller === issuer || (key.controller === '' && !key.kid && !key.certificate);
    const own = trust.keysFor().filter((key) => isOwn(key) && endOfKey(key, created, at) === undefined);
    return own.length > 0 ? own : 'KEY_NOT_NAMED';
  }
  const method = kid.startsWith('#') ? `${issuer}${kid}` : kid;
  if (method.startsWith('did:')) {
    const key = trustedKey({ issuer, verificationMethod: method, created, at }, trust);
    return typeof key === 'string' ? key : [key];
  }
  return keysNamed({ kid, issuers: [issuer], created, at }, trust);
}

function claimsOf({ claims, issuer }: SdJwtVc, keyBinding: KeyBinding | undefined): Readonly<Record<string, unknown>> {
  const { iss: _iss, iat: _iat, nbf: _nbf, exp: _exp, jti, ...others } = claims;
  return { ...others, ...(jti !== undefined && { id: jti }), issuer, ...validityOf({ claims }), ...(keyBinding && { keyBinding }) };
}

const validityOf = ({ claims: { nbf, exp } }: Pick<SdJwtVc, 'claims'>) => ({
  ...(nbf !== undefined && { validFrom: instantOf(nbf) }),
  ...(exp !== undefined && { validUntil: instantOf(exp) }),
});
