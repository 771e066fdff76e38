import {
  isSignedBy,
  jwkOf,
  keysOfHolder,
  listOf,
  outsideValidity,
  type PresentationReader,
  type PresentationRequest,
  refusedVerdict,
  type Trust,
  type Verdict,
  verifiedVerdict,
} from '@divoc/core/api';
import { looksLikeToken, readToken, typeOf } from './signed-token.js';
import { instantOf, readSecured, TOKENS } from './token-rules.js';

/** Presentations that are JSON Web Tokens (vp+jwt), signed by their holder with a did:key. */
export const presentations: PresentationReader = { recognises: (document) => typeOf(document) === TOKENS.vp, open, credentialsIn };

async function open(document: unknown, { domain, challenge }: PresentationRequest, _trust: Trust, at: Date): Promise<Verdict> {
  if (!looksLikeToken(document)) return refusedVerdict('DOCUMENT_NOT_CREDENTIAL');
  const read = readSecured(document, 'vp');
  if (typeof read === 'string') return refusedVerdict(read);
  const { token, kid = '', subject } = read;
  const verificationMethod = kid.startsWith('#') ? `${subject ?? ''}${kid}` : kid;
  const [key] = keysOfHolder([{ verificationMethod }], subject) ?? [];
  const jwk = key && jwkOf(key);
  if (!jwk) return refusedVerdict('KEY_NOT_OF_HOLDER');
  if (!(await isSignedBy(jwk, token.algorithm, token.signed, token.signature))) return refusedVerdict('SIGNATURE_WRONG');
  const { '@context': _, proof: __, verifiableCredential: ___, iss: ____, iat: _____, nbf, exp, aud, nonce, ...claims } = token.payload;
  // What embedded proofs call domain and challenge (RFC 7519, section 4.1.3; OpenID).
  const isForThis = (domain === undefined || listOf(aud).includes(domain)) && (challenge === undefined || nonce === challenge);
  if (!isForThis) return refusedVerdict('REQUEST_NOT_MET', claims);
  const outside = outsideValidity({ validFrom: instantOf(nbf), validUntil: instantOf(exp) }, at);
  return outside ? refusedVerdict(outside, claims) : verifiedVerdict(claims);
}

function credentialsIn(document: unknown): readonly unknown[] {
  const token = looksLikeToken(document) ? readToken(document) : undefined;
  return typeof token === 'object' ? listOf(token.payload.verifiableCredential) : [];
}
