import type { PublicJwk } from './ports/credential-format.js';

/**
 * Ways to sign that readers know: EdDSA of RFC 8037; ECDSA with r||s (RFC 7518, section 3.4); RSASSA-PSS with a salt as long as
 * the hash (section 3.5).
 */
export type JoseAlgorithm = 'Ed25519' | 'ES256' | 'ES384' | 'ES512' | 'PS256';

interface Known {
  readonly kty: string;
  /** The one curve that goes with it; undefined of RSA. */
  readonly crv?: string;
  readonly import: { readonly name: string; readonly namedCurve?: string; readonly hash?: string };
  readonly verify: { readonly name: string; readonly hash?: string; readonly saltLength?: number };
}

const ecdsa = (crv: string, hash: string): Known => ({
  kty: 'EC',
  crv,
  import: { name: 'ECDSA', namedCurve: crv },
  verify: { name: 'ECDSA', hash },
});

const ALGORITHMS: Readonly<Record<JoseAlgorithm, Known>> = {
  Ed25519: { kty: 'OKP', crv: 'Ed25519', import: { name: 'Ed25519' }, verify: { name: 'Ed25519' } },
  ES256: ecdsa('P-256', 'SHA-256'),
  ES384: ecdsa('P-384', 'SHA-384'),
  ES512: ecdsa('P-521', 'SHA-512'),
  PS256: { kty: 'RSA', import: { name: 'RSA-PSS', hash: 'SHA-256' }, verify: { name: 'RSA-PSS', saltLength: 32 } },
};

/** Importing a key takes as long as verifying with it; kept for as long as somebody holds the JWK. */
const imported = new WeakMap<PublicJwk, Map<JoseAlgorithm, Promise<CryptoKey | undefined>>>();
type CryptoKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/**
 * True when `signature` was made over `data` with the private half of `jwk`. False for a key of another kind than the
 * algorithm's, and for whatever is malformed. By WebCrypto, so that it is the same in a browser.
 */
export async function isSignedBy(jwk: PublicJwk, algorithm: JoseAlgorithm, data: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const { kty, crv, verify } = ALGORITHMS[algorithm];
  if (jwk.kty !== kty || jwk.crv !== crv) return false;
  const key = await keyOf(jwk, algorithm);
  // Some platforms throw for a signature of another length than the key's.
  return key !== undefined && crypto.subtle.verify(verify, key, signature, data).catch(() => false);
}

function keyOf(jwk: PublicJwk, algorithm: JoseAlgorithm): Promise<CryptoKey | undefined> {
  const known = imported.get(jwk) ?? new Map<JoseAlgorithm, Promise<CryptoKey | undefined>>();
  imported.set(jwk, known);
  let key = known.get(algorithm);
  if (!key) {
    const { kty, crv, x, y, n, e } = jwk;
    // What else a JWK says (alg, use) is about other uses of the key, and WebCrypto would refuse it for this one.
    const members = Object.fromEntries(Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined));
    key = crypto.subtle.importKey('jwk', members, ALGORITHMS[algorithm].import, false, ['verify']).catch(() => undefined);
    known.set(algorithm, key);
  }
  return key;
}
