import {
  type FormatReader,
  isObject,
  isSignedByOneOf,
  jwkOf,
  jwkThumbprint,
  keysNamed,
  outsideValidity,
  refusedVerdict,
  type Trust,
  type TrustedKey,
  type Verdict,
  type VerdictReason,
  verifiedVerdict,
} from '@divoc/core/api';
import { type HealthCard, readCard } from './health-card.js';
import { didOfUrl } from './issuer-url.js';
import { fromShc, isPartOfSeveral, looksLikeShc } from './numeric-text.js';
import { claimsOf, instantOf } from './readable-card.js';

/** Reads SMART Health Cards, as `shc:/` codes or as files; in a browser as well. */
export const reader: FormatReader = { recognises, open };

/** A code is 7,089 digits at most; a file may hold more. */
const MAX_TEXT = 262_144;

function recognises(document: unknown): boolean {
  return typeof document === 'string' ? looksLikeShc(document) : fileContent(document) !== undefined;
}

/** Encoding → header → compression → content → key → signature → validity; the first that fails gives the verdict. */
async function open(document: unknown, trust: Trust, at: Date): Promise<Verdict> {
  const jws = jwsOf(document);
  if ('reason' in jws) return refusedVerdict(jws.reason);
  const card = readCard(jws.text);
  if (typeof card === 'string') return refusedVerdict(card);
  const keys = keysOf(card, trust, at);
  if (typeof keys === 'string') return refusedVerdict(keys);
  if (!(await isSignedByNamed(keys, card))) return refusedVerdict('SIGNATURE_WRONG');
  const claims = claimsOf(card.payload);
  const { nbf, exp } = card.payload;
  const outside = outsideValidity({ validFrom: instantOf(nbf), validUntil: exp === undefined ? undefined : instantOf(exp) }, at);
  return outside ? refusedVerdict(outside, claims) : verifiedVerdict(claims);
}

/** The one JWS of a code or a file, or the reason why there is none. */
function jwsOf(document: unknown): { readonly text: string } | { readonly reason: VerdictReason } {
  if (typeof document !== 'string') {
    const cards = fileContent(document);
    if (!cards) return { reason: 'DOCUMENT_NOT_CREDENTIAL' };
    const [card] = cards;
    return cards.length === 1 && typeof card === 'string' && card.length <= MAX_TEXT ? { text: card } : { reason: 'SHC_NOT_ONE' };
  }
  if (!looksLikeShc(document) || document.length > MAX_TEXT) return { reason: 'DOCUMENT_NOT_CREDENTIAL' };
  if (isPartOfSeveral(document)) return { reason: 'SHC_PART_OF_SEVERAL' };
  const text = fromShc(document);
  return text === undefined ? { reason: 'SHC_DIGITS_WRONG' } : { text };
}

/** What a `.smart-health-card` file holds: texts, and nothing beside them. */
function fileContent(document: unknown): readonly unknown[] | undefined {
  try {
    const isFile = isObject(document) && Object.keys(document).join() === 'verifiableCredential';
    const cards = isFile ? document.verifiableCredential : undefined;
    return Array.isArray(cards) && cards.length > 0 && cards.every((card) => typeof card === 'string') ? [...cards] : undefined;
  } catch {
    // A getter or a proxy: no file at all.
    return undefined;
  }
}

/** Keys of this id that are the issuer's own, or the reason why none may have signed. */
const keysOf = ({ kid, payload: { iss, nbf } }: HealthCard, trust: Trust, at: Date): readonly TrustedKey[] | VerdictReason =>
  keysNamed({ kid, issuers: [iss, didOfUrl(iss)], created: instantOf(nbf), at }, trust);

/** The id in the header is the thumbprint of the key (RFC 7638): a list that gives it another one proves nothing. */
function isSignedByNamed(keys: readonly TrustedKey[], { kid, signed, signature }: HealthCard): Promise<boolean> {
  const isNamedRight = (key: TrustedKey): boolean => {
    const jwk = jwkOf(key);
    return jwk !== undefined && jwkThumbprint(jwk) === kid;
  };
  return isSignedByOneOf(keys.filter(isNamedRight), { algorithm: 'ES256', signed, signature });
}
