import {
  canonicalJson,
  type FormatReader,
  isSignedBy,
  outsideValidity,
  refusedVerdict,
  type Trust,
  type Verdict,
  verifiedVerdict,
} from '@divoc/core/api';
import { type TrustedSigner, trustedSigner, validityOf } from './trusted-signer.js';
import { looksLikeVdsNc, type ReadSeal, readVdsNc } from './vds-nc.js';

/** Reads ICAO's visible digital seals, proofs of vaccination and of testing; in a browser as well. */
export const reader: FormatReader = { recognises: looksLikeVdsNc, open };

/** Format → certificate and who vouches for it → signature → validity of the certificate; the first that fails gives the verdict. */
async function open(document: unknown, trust: Trust, at: Date): Promise<Verdict> {
  const seal = readVdsNc(document);
  if (typeof seal === 'string') return refusedVerdict(seal);
  const signer = await trustedSigner(seal, trust, at);
  if (typeof signer === 'string') return refusedVerdict(signer);
  const signed = new TextEncoder().encode(canonicalJson(seal.data));
  if (!(await isSignedBy(signer.jwk, seal.algorithm, signed, seal.signature))) return refusedVerdict('SIGNATURE_WRONG');
  const claims = claimsOf(seal, signer);
  const outside = outsideValidity(validityOf(signer.certificate), at);
  if (outside === undefined) return verifiedVerdict(claims);
  return refusedVerdict(outside === 'EXPIRED' ? 'KEY_CERTIFICATE_ENDED' : outside, claims);
}

/** The message as it was signed, beside what all formats have. */
function claimsOf({ data: { hdr, msg } }: ReadSeal, { controller, certificate }: TrustedSigner): Readonly<Record<string, unknown>> {
  const id = idOf(msg.uvci);
  return {
    ...msg,
    ...(id !== undefined && { id }),
    issuer: controller === '' ? hdr.is : controller,
    type: hdr.t,
    country: hdr.is,
    validUntil: certificate.notAfter,
  };
}

/** Our seals are known by the certificate's UUID; other issuers' by numbers of their own. */
const idOf = (uvci: unknown): string | undefined =>
  typeof uvci === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uvci) ? `urn:uuid:${uvci}` : undefined;
