import { encode } from 'cborg';
import { type Cbor, type CborMap, readCbor, Tagged } from './cbor-reader.js';

/** COSE_Sign1 (RFC 9052, section 4.2) of a health certificate. */
export interface CoseSign1 {
  /** COSE algorithm identifier; undefined when none is named. */
  readonly algorithm: Cbor;
  /** Key identifier; undefined when none is named. */
  readonly kid: Uint8Array | undefined;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  /** The bytes that the signature covers (section 4.4): either of these, where nothing stands in the protected header. */
  readonly signed: readonly Uint8Array[];
}

export const COSE_SIGN1_TAG = 18;
export const CWT_TAG = 61;
/** Says of bytes that they are CBOR, and nothing else (RFC 8949, section 3.4.6). */
const CBOR_TAG = 55_799;
const TAGS: readonly number[] = [COSE_SIGN1_TAG, CWT_TAG, CBOR_TAG];
/** Labels of header parameters (section 3.1). */
export const HEADER = { algorithm: 1, kid: 4 } as const;

/**
 * Undefined when the bytes are no COSE_Sign1 with its content inside. Tagged as CWT, as COSE_Sign1, as both or not at all:
 * issuers write each of these.
 */
export function readCoseSign1(bytes: Uint8Array): CoseSign1 | undefined {
  const item = withoutTags(readCbor(bytes));
  if (!Array.isArray(item) || item.length !== 4) return undefined;
  const [protectedBytes, unprotected, payload, signature] = item as Cbor[];
  if (!(protectedBytes instanceof Uint8Array && payload instanceof Uint8Array && signature instanceof Uint8Array)) return undefined;
  const headers = protectedBytes.length === 0 ? new Map() : readCbor(protectedBytes);
  if (!(headers instanceof Map) || !(unprotected instanceof Map)) return undefined;
  const kid = parameter(HEADER.kid, headers, unprotected);
  return {
    algorithm: parameter(HEADER.algorithm, headers, unprotected),
    kid: kid instanceof Uint8Array && kid.length > 0 ? kid : undefined,
    payload,
    signature,
    signed: (headers.size === 0 ? [NOTHING, protectedBytes] : [protectedBytes]).map((bytes) => signedBytes(bytes, payload)),
  };
}

/** How an empty protected header stands in what is signed; some write an empty map there, as they do in the message. */
const NOTHING = new Uint8Array(0);

/** Sig_structure, in the deterministic encoding. */
export const signedBytes = (protectedBytes: Uint8Array, payload: Uint8Array): Uint8Array =>
  encode(['Signature1', protectedBytes, new Uint8Array(0), payload]);

/** The protected header wins: whoever carries a certificate could write anything into the other. */
const parameter = (label: number, headers: CborMap, unprotected: CborMap): Cbor =>
  headers.has(label) ? headers.get(label) : unprotected.get(label);

export function withoutTags(item: Cbor): Cbor {
  let value = item;
  while (value instanceof Tagged && TAGS.includes(value.tag)) value = value.value;
  return value;
}
