import { fromBase64url, isObject, type JoseAlgorithm, jsonSnapshot, type VerdictReason } from '@divoc/core/api';

/** A seal as it stands in the code (ICAO Technical Report "VDS-NC: Visible Digital Seal for non-constrained environments"). */
export interface VdsNc {
  readonly data: {
    readonly hdr: { readonly t: 'icao.vacc' | 'icao.test'; readonly v: number; readonly is: string };
    readonly msg: Readonly<Record<string, unknown>>;
  };
  readonly sig: { readonly alg: SealAlgorithm; readonly cer: string; readonly sigvl: string };
}

export type SealAlgorithm = Extract<JoseAlgorithm, 'ES256' | 'ES384' | 'ES512'>;

/** A seal that was read, and not yet verified. */
export interface ReadSeal {
  readonly data: VdsNc['data'];
  readonly algorithm: SealAlgorithm;
  /** DER of the signer's X.509 certificate. */
  readonly certificate: Uint8Array;
  /** r||s. */
  readonly signature: Uint8Array;
}

/** Proof of vaccination (data by WHO) and proof of testing (data by CAPSCA). */
const TYPES: readonly unknown[] = ['icao.vacc', 'icao.test'];
const ALGORITHMS: readonly unknown[] = ['ES256', 'ES384', 'ES512'] satisfies SealAlgorithm[];

export function looksLikeVdsNc(document: unknown): boolean {
  if (!isObject(document) || !isObject(document.data) || !isObject(document.sig)) return false;
  const { hdr, msg } = document.data;
  return isObject(hdr) && isObject(msg) && typeof hdr.t === 'string' && hdr.t.startsWith('icao.');
}

/** The first reason why a document is no seal of a known kind, or what it says. */
export function readVdsNc(input: unknown): ReadSeal | VerdictReason {
  const document = jsonSnapshot(input);
  if (document === undefined) return 'DOCUMENT_NOT_JSON';
  if (!looksLikeVdsNc(document)) return 'DOCUMENT_NOT_CREDENTIAL';
  const { data, sig, ...others } = document as VdsNc;
  const { t, v, is, ...more } = data.hdr;
  if (!TYPES.includes(t) || v !== 1) return 'VDS_NC_KIND_UNKNOWN';
  const isHeader = typeof is === 'string' && /^[A-Z]{1,3}$/.test(is) && Object.keys(more).length === 0;
  // What the signature does not cover is these members and no others: a further one could say anything.
  const isExact = Object.keys(others).length === 0 && Object.keys(data).length === 2 && hasExactly(sig, ['alg', 'cer', 'sigvl']);
  if (!isHeader || !isExact) return 'VDS_NC_MALFORMED';
  if (!ALGORITHMS.includes(sig.alg)) return 'ALGORITHM_UNKNOWN';
  if (sig.cer === '') return 'KEY_NOT_NAMED';
  const [certificate, signature] = [bytesOf(sig.cer), bytesOf(sig.sigvl)];
  return certificate && signature ? { data, algorithm: sig.alg, certificate, signature } : 'VDS_NC_MALFORMED';
}

/** base64url as RFC 4648 has it, padded, or as it is written where lengths are known, not padded. */
function bytesOf(text: unknown): Uint8Array | undefined {
  if (typeof text !== 'string' || text === '') return undefined;
  const padding = text.length % 4 === 0 ? /={0,2}$/.exec(text)?.[0].length : 0;
  return fromBase64url(text.slice(0, text.length - (padding ?? 0)));
}

const hasExactly = (value: object, names: readonly string[]): boolean =>
  Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name));
