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
  validityOf,
  verifiedVerdict,
} from '@divoc/core/api';
import { presentations } from './presentation.js';
import { looksLikeToken, typeOf } from './signed-token.js';
import { instantOf, type ReadToken, readSecured, TOKENS } from './token-rules.js';

/** Reads Verifiable Credentials that are JSON Web Tokens (vc+jwt); in a browser as well. */
export const reader: FormatReader = { recognises: (document) => typeOf(document) === TOKENS.vc, open, presentations };

/** Format → key → signature → validity; the first that fails gives the verdict. */
async function open(document: unknown, trust: Trust, at: Date): Promise<Verdict> {
  if (!looksLikeToken(document)) return refusedVerdict('DOCUMENT_NOT_CREDENTIAL');
  const read = readSecured(document, 'vc');
  if (typeof read === 'string') return refusedVerdict(read);
  const keys = keysOf(read, trust, at);
  if (typeof keys === 'string') return refusedVerdict(keys);
  if (!(await isSignedByOneOf(keys, read.token))) return refusedVerdict('SIGNATURE_WRONG');
  const { payload } = read.token;
  const { '@context': _, proof: __, iss: ___, iat: ____, nbf, exp, ...claims } = payload;
  const [validFrom, validUntil] = [instantOf(nbf), instantOf(exp)];
  const outside = outsideValidity(validityOf(payload), at) ?? outsideValidity({ validFrom, validUntil }, at);
  return outside ? refusedVerdict(outside, claims) : verifiedVerdict(claims);
}

/** The issuer's keys that may have signed, or the reason why none may have: by DID URL, or by key id where that is none. */
function keysOf({ kid, subject, created }: ReadToken, trust: Trust, at: Date): readonly TrustedKey[] | VerdictReason {
  const issuer = subject as string;
  if (kid === undefined || kid === '') return 'KEY_NOT_NAMED';
  const method = kid.startsWith('#') ? `${issuer}${kid}` : kid;
  if (method.startsWith('did:')) {
    const known = trust.key(method);
    // Of P-521 there is a JWK alone; all others keep the rule of proofs.
    const isJwk = known?.publicKeyJwk !== undefined && known.publicKeyMultibase === undefined;
    const isOwn = isJwk && trust.issuer(issuer) && known.id === method && known.controller === issuer && method.startsWith(`${issuer}#`);
    if (isOwn) return endOfKey(known, created, at) ?? [known];
    const key = trustedKey({ issuer, verificationMethod: method, created, at }, trust);
    return typeof key === 'string' ? key : [key];
  }
  return keysNamed({ kid, issuers: [issuer], created, at }, trust);
}
