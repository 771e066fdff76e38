import type { SealIntent, StatusListEntry } from './ports/credential-format.js';
import { Refusal } from './refusal.js';

/** The first context of every VC 2.0 credential (https://www.w3.org/TR/vc-data-model-2.0/#contexts). */
export const VC_CONTEXT = 'https://www.w3.org/ns/credentials/v2';

/** Does this context name a certificate type of the house, by its content hash? Those have an exact shape. */
export const isHouseContext = (context: unknown): boolean => typeof context === 'string' && /\/contexts\/[A-Za-z0-9_-]{43}$/.test(context);

/** 64 bytes that are nobody's signature of anything; as long, and as hard to compress, as one. */
export const STAND_IN_PROOF_VALUE = 'z3FXQjecWufY46yg5abdVZsXqLhxhueuSoZgNSARiKBk9czhSePTFehP8c3PGfb6a22gkfUKods5D2UAUL5n2Brbx';

/** A whole Ed25519 Multikey: 32 bytes after the header 0xed01. */
export const isEd25519Multikey = (text: string): boolean => /^z6Mk[1-9A-HJ-NP-Za-km-z]{44}$/.test(text);

/** The VC 2.0 credential of an intent, before its proof. */
export function unsignedCredential({ id, issuer, type, validFrom, validUntil, status, subject }: SealIntent) {
  return {
    '@context': [VC_CONTEXT, type.url],
    id,
    type: ['VerifiableCredential', type.name],
    issuer,
    validFrom,
    ...(validUntil !== undefined && { validUntil }),
    ...(status && { credentialStatus: credentialStatus(status) }),
    credentialSubject: subject,
  };
}

/** https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistentry */
export const statusEntry = ({ statusPurpose, statusListIndex, statusListCredential }: StatusListEntry) => ({
  type: 'BitstringStatusListEntry',
  statusPurpose,
  statusListIndex: String(statusListIndex),
  statusListCredential,
});

/** One object, or an array of several. */
export function credentialStatus(entries: readonly StatusListEntry[]): object {
  const written = entries.map(statusEntry);
  return written.length === 1 ? (written[0] as object) : written;
}

/** The name of a credential: of a certificate `urn:uuid:…`, of a status list the URL where it is served. */
export const CREDENTIAL_ID = '^(urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|https?://[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~-]+)+)$';

/** For an intent that would make a credential which its own verifier refuses: 422, with the verdict's reason and the place. */
export function unfitCredential(code: string, pointer: string): Refusal {
  const detail = 'The credential is not one that its own verifier would accept.';
  return new Refusal(422, 'CREDENTIAL_UNFIT', detail, { errors: [{ pointer, code, detail: `${code} at ${pointer || 'the whole'}` }] });
}
