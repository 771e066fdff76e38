/**
 * Ways to sign that readers know: EdDSA of RFC 8037; ECDSA with r||s (RFC 7518, section 3.4); RSASSA-PSS with a salt as long as
 * the hash (section 3.5).
 */
export type JoseAlgorithm = 'Ed25519' | 'ES256' | 'ES384' | 'ES512' | 'PS256';
