import type { JoseAlgorithm } from './jose-algorithm.js';
import type { PublicJwk } from './ports/credential-format.js';

interface Known {
  readonly import: { readonly name: string; readonly namedCurve?: string; readonly hash?: string };
  readonly verify: { readonly name: string; readonly hash?: string; readonly saltLength?: number };
}

const ecdsa = (namedCurve: string, hash: string): Known => ({
  import: { name: 'ECDSA', namedCurve },
  verify: { name: 'ECDSA', hash },
});

const ALGORITHMS: Readonly<Record<JoseAlgorithm, Known>> = {
  Ed25519: { import: { name: 'Ed25519' }, verify: { name: 'Ed25519' } },
  ES256: ecdsa('P-256', 'SHA-256'),
  ES384: ecdsa('P-384', 'SHA-384'),
  ES512: ecdsa('P-521', 'SHA-512'),
  PS256: { import: { name: 'RSA-PSS', hash: 'SHA-256' }, verify: { name: 'RSA-PSS', saltLength: 32 } },
};

/** Importing a key takes as long as verifying with it; kept for as long as somebody holds the JWK. */
const imported = new WeakMap<PublicJwk, Map<JoseAlgorithm, Promise<CryptoKey | undefined>>>();
type CryptoKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** By WebCrypto, which is in every browser. `members`: those of the JWK that make the key, and no others. */
export async function signatureHolds(
  jwk: PublicJwk,
  members: object,
  algorithm: JoseAlgorithm,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const known = imported.get(jwk) ?? new Map<JoseAlgorithm, Promise<CryptoKey | undefined>>();
  imported.set(jwk, known);
  const { import: kind, verify } = ALGORITHMS[algorithm];
  const importing = known.get(algorithm) ?? crypto.subtle.importKey('jwk', members, kind, false, ['verify']).catch(() => undefined);
  known.set(algorithm, importing);
  const key = await importing;
  // Some platforms throw for a signature of another length than the key's.
  return key !== undefined && crypto.subtle.verify(verify, key, signature, data).catch(() => false);
}
