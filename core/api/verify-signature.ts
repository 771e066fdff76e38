import { signatureHolds } from '#signature-check';
import type { JoseAlgorithm } from './jose-algorithm.js';
import type { PublicJwk } from './ports/credential-format.js';

/** Their kinds of keys; the curve is undefined of RSA. */
const KINDS: Readonly<Record<JoseAlgorithm, { readonly kty: string; readonly crv?: string }>> = {
  Ed25519: { kty: 'OKP', crv: 'Ed25519' },
  ES256: { kty: 'EC', crv: 'P-256' },
  ES384: { kty: 'EC', crv: 'P-384' },
  ES512: { kty: 'EC', crv: 'P-521' },
  PS256: { kty: 'RSA' },
};

/**
 * True when `signature` was made over `data` with the private half of `jwk`. False for a key of another kind than the
 * algorithm's, and for whatever is malformed. The same in a browser.
 */
export async function isSignedBy(jwk: PublicJwk, algorithm: JoseAlgorithm, data: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const kind = KINDS[algorithm];
  if (jwk.kty !== kind.kty || jwk.crv !== kind.crv) return false;
  const { kty, crv, x, y, n, e } = jwk;
  // What else a JWK says (alg, use) is about other uses of the key, and would be refused for this one.
  const members = Object.fromEntries(Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined));
  return signatureHolds(jwk, members, algorithm, data, signature);
}
