import { createPrivateKey, type JsonWebKeyInput, type KeyObject, type webcrypto } from 'node:crypto';

/** How a client's assertion may be signed. */
export const ASSERTION_ALGORITHMS = ['PS256', 'RS256', 'ES256'] as const;
export type AssertionAlgorithm = (typeof ASSERTION_ALGORITHMS)[number];

const IMPORT = {
  PS256: { name: 'RSA-PSS', hash: 'SHA-256' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
} as const;

/** Why a text is no key for the algorithm; undefined when it is one. Repeats nothing of it. */
export function keyMistake(text: string, algorithm: AssertionAlgorithm): string | undefined {
  const key = readKey(text);
  if (!key) return 'is neither a private key in PEM (PKCS #8) nor a private JWK';
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (algorithm === 'ES256') return namedCurve === 'prime256v1' ? undefined : 'is no P-256 key, as ES256 needs';
  if (key.asymmetricKeyType !== 'rsa') return `is no RSA key, as ${algorithm} needs`;
  return modulusLength >= 2048 ? undefined : 'has fewer than 2048 bits';
}

/** Throws an Error for what `keyMistake` finds. */
export async function clientKey(text: string, algorithm: AssertionAlgorithm): Promise<webcrypto.CryptoKey> {
  const key = readKey(text);
  if (!key) throw new Error('the client key cannot be read');
  const der = key.export({ format: 'der', type: 'pkcs8' });
  return crypto.subtle.importKey('pkcs8', new Uint8Array(der), IMPORT[algorithm], false, ['sign']);
}

function readKey(text: string): KeyObject | undefined {
  try {
    if (!text.trimStart().startsWith('{')) return createPrivateKey(text);
    return createPrivateKey({ key: JSON.parse(text) as JsonWebKeyInput['key'], format: 'jwk' });
  } catch {
    return undefined;
  }
}
