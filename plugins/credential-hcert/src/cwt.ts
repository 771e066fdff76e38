import { type Cbor, type CborMap, readCbor, Tagged } from './cbor-reader.js';
import { withoutTags } from './cose-sign1.js';

/** Claim keys (RFC 8392, section 4), and that of health certificates. */
export const CLAIM = { issuer: 1, expires: 4, notBefore: 5, issuedAt: 6, id: 7, hcert: -260 } as const;

/** The claims of a CBOR Web Token. Times are seconds since 1970, fractions included. */
export interface Cwt {
  /** Country or organisation, as the issuer writes it. */
  readonly issuer?: string;
  readonly expires?: number;
  readonly notBefore?: number;
  readonly issuedAt?: number;
  readonly id?: Uint8Array;
  /** By key: what kind of certificate it is. */
  readonly hcert: CborMap;
}

/** Undefined when the bytes are no CWT with a health certificate, or a time in it is no number. */
export function readCwt(payload: Uint8Array): Cwt | undefined {
  const claims = withoutTags(readCbor(payload));
  if (!(claims instanceof Map)) return undefined;
  const [issuer, id, hcert] = [claims.get(CLAIM.issuer), claims.get(CLAIM.id), claims.get(CLAIM.hcert)];
  const [expires, notBefore, issuedAt] = [CLAIM.expires, CLAIM.notBefore, CLAIM.issuedAt].map((key) => seconds(claims.get(key)));
  if (!(hcert instanceof Map) || expires === null || notBefore === null || issuedAt === null) return undefined;
  return {
    hcert,
    ...(typeof issuer === 'string' && { issuer }),
    ...(id instanceof Uint8Array && { id }),
    ...(expires !== undefined && { expires }),
    ...(notBefore !== undefined && { notBefore }),
    ...(issuedAt !== undefined && { issuedAt }),
  };
}

/** NumericDate is a number without its tag; some write the tag, and some a fraction. Null for what is no time. */
function seconds(value: Cbor): number | undefined | null {
  if (value === undefined) return undefined;
  const bare = value instanceof Tagged && value.tag === 1 ? value.value : value;
  return typeof bare === 'number' && Number.isFinite(bare) ? bare : null;
}
