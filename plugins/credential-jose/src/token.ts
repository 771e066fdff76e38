import { toBase64url } from '@divoc/core/api';
import { TOKENS } from './token-rules.js';

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

/** The bytes to be signed, and what makes a token of their signature. `created`: RFC 3339; a token tells whole seconds. */
export function tokenOf(
  credential: object,
  algorithm: 'Ed25519' | 'ES256',
  made: { readonly verificationMethod: string; readonly created: string },
) {
  // What RFC 8037 calls it, which older software knows; RFC 9864 has a name for each curve.
  const alg = algorithm === 'Ed25519' ? 'EdDSA' : algorithm;
  const header = { alg, typ: TOKENS.vc, cty: 'vc', kid: made.verificationMethod };
  const payload = { ...credential, iat: Math.floor(Date.parse(made.created) / 1000) };
  const text = [header, payload].map((part) => toBase64url(bytesOf(part))).join('.');
  return { signed: bytesOf(text), with: (signature: Uint8Array): string => `${text}.${toBase64url(signature)}` };
}
