import { sha256 } from '@noble/hashes/sha2.js';
import { toBase64url } from '../api/base64.js';

const BYTES = 16;

/**
 * How a certificate that has ended stands in a public list: base64url of the first 16 bytes of the SHA-256 of its id
 * (`urn:uuid:…`), 22 characters.
 *
 * Whoever holds the certificate finds it there; whoever holds the list alone learns how many there are, and not when or
 * where they were made: an id in clear would tell the moment (UUIDv7). 74 random bits leave nothing to be guessed.
 */
export function revocationHash(credentialId: string): string {
  return toBase64url(sha256(new TextEncoder().encode(credentialId)).slice(0, BYTES));
}

/** The shape of what `revocationHash` gives. */
export const REVOCATION_HASH = /^[A-Za-z0-9_-]{22}$/;
