import { createHash } from 'node:crypto';

const BYTES = 16;

/**
 * How a certificate that has ended stands in a public list: base64url of the first 16 bytes of the SHA-256 of its id
 * (`urn:uuid:…`), 22 characters.
 *
 * Whoever holds the certificate finds it there; whoever holds the list alone learns how many there are, and not when or
 * where they were made: an id in clear would tell the moment (UUIDv7). 74 random bits leave nothing to be guessed.
 */
export function revocationHash(credentialId: string): string {
  return createHash('sha256').update(credentialId, 'utf8').digest().subarray(0, BYTES).toString('base64url');
}

/** The shape of what `revocationHash` gives. */
export const REVOCATION_HASH = /^[A-Za-z0-9_-]{22}$/;
