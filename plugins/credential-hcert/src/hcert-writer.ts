import { constants, deflateSync } from 'node:zlib';
import { encodeBase45 } from '@divoc/core/api';
import { encode, Tagged } from 'cborg';
import type { ContentKey } from './content.js';
import { COSE_SIGN1_TAG, HEADER, signedBytes } from './cose-sign1.js';
import { CLAIM } from './cwt.js';
import { PREFIX } from './reader.js';
import { ES256 } from './verify-signature.js';

/** What goes into a token; times in whole seconds since 1970. */
export interface Token {
  readonly issuer: string;
  readonly issuedAt: number;
  readonly notBefore?: number;
  readonly expires: number;
  /** 16 bytes, of a certificate that has no identifier of its own. */
  readonly id?: Uint8Array;
  readonly key: ContentKey;
  readonly content: object;
}

/** A certificate but for its signature. */
export interface Unsigned {
  readonly protectedBytes: Uint8Array;
  readonly payload: Uint8Array;
  /** What the key signs. */
  readonly signed: Uint8Array;
}

export function unsignedHcert(token: Token, kid: Uint8Array): Unsigned {
  const claims: [number, unknown][] = [
    [CLAIM.issuer, token.issuer],
    [CLAIM.expires, token.expires],
    ...(token.notBefore === undefined ? [] : [[CLAIM.notBefore, token.notBefore] as [number, unknown]]),
    [CLAIM.issuedAt, token.issuedAt],
    ...(token.id === undefined ? [] : [[CLAIM.id, token.id] as [number, unknown]]),
    [CLAIM.hcert, new Map([[token.key, token.content]])],
  ];
  const protectedBytes = encode(
    new Map<number, unknown>([
      [HEADER.algorithm, ES256],
      [HEADER.kid, kid],
    ]),
  );
  const payload = encode(new Map(claims));
  return { protectedBytes, payload, signed: signedBytes(protectedBytes, payload) };
}

/**
 * The text of a QR code: `HC1:` and Base45 of zlib of COSE_Sign1.
 *
 * With the fixed code of DEFLATE the size hardly hangs on what the signature is (64 random bytes), so that the size of the
 * code is known before anything is signed; for so few bytes a code of their own would save nothing.
 */
export function hcertText({ protectedBytes, payload }: Unsigned, signature: Uint8Array): string {
  const cose = encode(new Tagged(COSE_SIGN1_TAG, [protectedBytes, new Map(), payload, signature]));
  return PREFIX + encodeBase45(deflateSync(cose, { level: 9, strategy: constants.Z_FIXED }));
}
