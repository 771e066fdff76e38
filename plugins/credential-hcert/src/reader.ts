import {
  decodeBase45,
  type FormatReader,
  inflateZlib,
  outsideValidity,
  refusedVerdict,
  type Trust,
  type TrustedKey,
  type Verdict,
  verifiedVerdict,
} from '@divoc/core/api';
import { instantOf } from './cbor-json.js';
import { certificateId } from './certificate-id.js';
import { type Content, onlyEntry, readContents } from './content.js';
import { type CoseSign1, readCoseSign1 } from './cose-sign1.js';
import { type Cwt, readCwt } from './cwt.js';
import { fitKeys } from './fit-keys.js';
import { ICVP_PRODUCTS, productsOf } from './icvp-products.js';
import { type IcvpProducts, icvpRule } from './icvp-rules.js';
import { isKnownAlgorithm, signerAmong } from './verify-signature.js';

export const PREFIX = 'HC1:';

/** A QR code holds 4,296 characters; what is pasted may be longer, but not without end. */
const MAX_TEXT = 131_072;
/** A certificate has about 400 bytes, and none that was ever issued more than some thousands. */
const MAX_INFLATED = 65_536;

const recognises = (document: unknown): document is string => typeof document === 'string' && document.startsWith(PREFIX);

/** Reads health certificates of every kind, in a browser as well; ICVP by this list of products. */
export const readerWith = (products: IcvpProducts): FormatReader => ({
  recognises,
  open: (document, trust, at) => open(document, trust, at, products),
});

export const reader = readerWith(productsOf(ICVP_PRODUCTS));

/**
 * Prefix → Base45 → zlib → COSE → CWT → key → signature → validity → rules; the first that fails gives the verdict
 * (https://github.com/ehn-dcc-development/eu-dcc-hcert-spec). Runs in browsers as well as in Node.
 */
async function open(document: unknown, trust: Trust, at: Date, products: IcvpProducts): Promise<Verdict> {
  if (!recognises(document)) return refusedVerdict('HCERT_PREFIX_MISSING');
  const compressed = document.length > MAX_TEXT ? undefined : decodeBase45(document.slice(PREFIX.length));
  if (!compressed) return refusedVerdict('HCERT_BASE45_WRONG');
  const bytes = inflateZlib(compressed, MAX_INFLATED);
  if (!bytes) return refusedVerdict('HCERT_ZLIB_WRONG');
  const cose = readCoseSign1(bytes);
  if (!cose) return refusedVerdict('COSE_MALFORMED');
  const cwt = readCwt(cose.payload);
  if (!cwt) return refusedVerdict('CWT_MALFORMED');
  const contents = readContents(cwt.hcert);
  if (!contents) return refusedVerdict('HCERT_CONTENT_UNKNOWN');
  return verdictOf(cose, cwt, contents, { trust, at, products });
}

type Contents = readonly [Content, ...Content[]];

interface Circumstances {
  readonly trust: Trust;
  readonly at: Date;
  readonly products: IcvpProducts;
}

async function verdictOf(cose: CoseSign1, cwt: Cwt, contents: Contents, { trust, at, products }: Circumstances): Promise<Verdict> {
  if (!isKnownAlgorithm(cose.algorithm)) return refusedVerdict('ALGORITHM_UNKNOWN');
  if (!cose.kid) return refusedVerdict('KEY_NOT_NAMED');
  const keys = fitKeys(cose.kid, contents, cwt, trust, at);
  if (typeof keys === 'string') return refusedVerdict(keys);
  const signer = await signerAmong(keys, cose);
  if (!signer) return refusedVerdict('SIGNATURE_WRONG');
  const claims = claimsOf(cwt, contents, signer);
  const broken = contents.map((content) => brokenRule(content, at, products)).find((rule) => rule !== undefined);
  const failing = outsideTime(cwt, signer, at) ?? broken;
  return failing ? refusedVerdict(failing, claims) : verifiedVerdict(claims);
}

/** Both ends belong to the validity. What an issuer leaves open ends with the X.509 certificate of its key. */
function outsideTime({ issuedAt, notBefore, expires }: Cwt, { certificate }: TrustedKey, at: Date) {
  const validFrom = instantOrNothing(Math.max(issuedAt ?? -Infinity, notBefore ?? -Infinity));
  const outside = outsideValidity({ validFrom, validUntil: instantOrNothing(expires) }, at);
  if (outside) return outside;
  return certificate && outsideValidity({ validUntil: certificate.notAfter }, at) ? 'KEY_CERTIFICATE_ENDED' : undefined;
}

function brokenRule(content: Content, at: Date, products: IcvpProducts) {
  if (content.kind === 'eu-dcc') return onlyEntry(content) ? undefined : 'HCERT_ENTRIES_WRONG';
  return content.kind === 'icvp' ? icvpRule(content.certificate, at, products).failing : undefined;
}

function claimsOf(cwt: Cwt, contents: Contents, signer: TrustedKey): Record<string, unknown> {
  const issuer = signer.controller || cwt.issuer || '';
  const id = certificateId(cwt, contents, issuer);
  const [shown, ...others] = contents.map(({ kind, certificate }) => ({ kind, certificate }));
  const [validFrom, validUntil] = [instantOrNothing(cwt.notBefore ?? cwt.issuedAt), instantOrNothing(cwt.expires)];
  return {
    ...(id !== undefined && { id }),
    issuer,
    ...(cwt.issuer !== undefined && { country: cwt.issuer }),
    ...(validFrom !== undefined && { validFrom }),
    ...(validUntil !== undefined && { validUntil }),
    ...shown,
    ...(others.length > 0 && { others }),
  };
}

const instantOrNothing = (seconds: number | undefined): string | undefined => (seconds === undefined ? undefined : instantOf(seconds));
