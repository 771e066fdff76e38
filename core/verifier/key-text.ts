import { jwkOfMultikey } from '../api/index.js';
import { keyOfPkcs1, keyOfSpki } from './certificate-key.js';
import { bytesOf } from './public-keys.js';
import { certifiedKey, jwkKey, ofKnownKind, type PublishedKey } from './published-key.js';
import { TrustBundleError } from './trust-bundle-error.js';

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/g;

/** True for what is read by `keysOfText`, and not JSON. */
export const isKeyText = (text: string): boolean => /^\s*(-----BEGIN |did:key:z|MI[A-Za-z0-9+/])/.test(text);

/**
 * The keys of a text: PEM (certificates, public keys; RFC 7468), base64 of one DER, or a `did:key`.
 *
 * Throws a TrustBundleError for a text that is none of them, and for a private key.
 */
export function keysOfText(text: string): PublishedKey[] {
  const trimmed = text.trim();
  if (trimmed.startsWith('did:key:')) return [didKey(trimmed)];
  const blocks = [...trimmed.matchAll(BLOCK)];
  const readers = blocks.map(
    ([, label = '', body = '']) =>
      () =>
        keyOfBlock(label, bytesOf(body)),
  );
  const [only, ...others] = readers;
  if (only && others.length === 0) return [only()];
  const found = readers.flatMap(ofKnownKind);
  if (found.length > 0) return found;
  // Several, and not one that is known: say so.
  if (only) return [only()];
  if (trimmed.includes('-----BEGIN')) throw new TrustBundleError('a PEM text is cut short, or is not PEM throughout');
  return [keyOfDer(bytesOf(trimmed))];
}

function keyOfBlock(label: string, der: Uint8Array): PublishedKey {
  switch (label) {
    case 'CERTIFICATE':
    case 'X509 CERTIFICATE':
    case 'TRUSTED CERTIFICATE':
      return certifiedKey(der);
    case 'PUBLIC KEY':
      return jwkKey(keyOfSpki(der));
    case 'RSA PUBLIC KEY':
      return jwkKey(keyOfPkcs1(der));
  }
  if (label.endsWith('PRIVATE KEY')) throw new TrustBundleError('a private key was given as trusted; give its certificate or public key');
  throw new TrustBundleError(`PEM of '${label}' is not known here; CERTIFICATE, PUBLIC KEY and RSA PUBLIC KEY are`);
}

/** Without a label: a certificate, else a public key. */
function keyOfDer(der: Uint8Array): PublishedKey {
  try {
    return certifiedKey(der);
  } catch (error) {
    try {
      return jwkKey(keyOfSpki(der));
    } catch {
      throw error;
    }
  }
}

/** https://w3c-ccg.github.io/did-key-spec/: the DID is the key, and its only name. */
function didKey(did: string): PublishedKey {
  const multibase = did.slice('did:key:'.length);
  const jwk = jwkOfMultikey(multibase);
  if (!jwk) throw new TrustBundleError('a did:key is not a whole Ed25519, P-256 or P-384 key');
  const id = `${did}#${multibase}`;
  return { key: { id, controller: did, publicKeyMultibase: multibase, publicKeyJwk: jwk }, names: [id, did, multibase] };
}
