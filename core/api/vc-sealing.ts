import type { SealIntent } from './ports/credential-format.js';
import { Refusal } from './refusal.js';

/** The first context of every VC 2.0 credential (https://www.w3.org/TR/vc-data-model-2.0/#contexts). */
export const VC_CONTEXT = 'https://www.w3.org/ns/credentials/v2';

/** 64 bytes that are nobody's signature of anything; as long, and as hard to compress, as one. */
export const STAND_IN_PROOF_VALUE = 'z3FXQjecWufY46yg5abdVZsXqLhxhueuSoZgNSARiKBk9czhSePTFehP8c3PGfb6a22gkfUKods5D2UAUL5n2Brbx';

/** A whole Ed25519 Multikey: 32 bytes after the header 0xed01. */
export const isEd25519Multikey = (text: string): boolean => /^z6Mk[1-9A-HJ-NP-Za-km-z]{44}$/.test(text);

/** The VC 2.0 credential of an intent, before its proof. */
export function unsignedCredential({ id, issuer, type, validFrom, validUntil, subject }: SealIntent) {
  return {
    '@context': [VC_CONTEXT, type.url],
    id,
    type: ['VerifiableCredential', type.name],
    issuer,
    validFrom,
    ...(validUntil !== undefined && { validUntil }),
    credentialSubject: subject,
  };
}

/** For an intent that would make a credential which its own verifier refuses: 422, with the verdict's reason and the place. */
export function unfitCredential(code: string, pointer: string): Refusal {
  const detail = 'The credential is not one that its own verifier would accept.';
  return new Refusal(422, 'CREDENTIAL_UNFIT', detail, { errors: [{ pointer, code, detail: `${code} at ${pointer || 'the whole'}` }] });
}
