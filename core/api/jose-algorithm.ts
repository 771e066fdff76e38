/**
 * Ways to sign that readers know: EdDSA of RFC 8037; ECDSA with r||s (RFC 7518, section 3.4); RSASSA-PSS with a salt as long as
 * the hash (section 3.5).
 */
export type JoseAlgorithm = 'Ed25519' | 'ES256' | 'ES384' | 'ES512' | 'PS256';

/** By the `alg` of tokens (RFC 7518, RFC 9864). Neither `none` nor a shared secret is among them. */
export const TOKEN_ALGORITHMS: Readonly<Record<string, JoseAlgorithm>> = {
  ES256: 'ES256',
  ES384: 'ES384',
  ES512: 'ES512',
  EdDSA: 'Ed25519',
  Ed25519: 'Ed25519',
};
