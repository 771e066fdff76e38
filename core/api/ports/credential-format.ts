import type { JsonSchema } from '../plugin.js';
import { definePort } from '../port.js';

/** What turns a record into a credential: derived from the record's schema, named by its content hash. */
export interface CredentialType {
  /** e.g. `VaccinationCredential` */
  readonly name: string;
  /** base64url SHA-256 of the JCS form of `document`. */
  readonly hash: string;
  /** Where `document` is served: `document.base` followed by `hash`. */
  readonly url: string;
  /**
   * The JSON-LD context document; its member `schema` is the closed JSON Schema of `credentialSubject`, and `base`
   * (`<publicUrl>/contexts/`) stands inside what is hashed, so that a credential cannot name another place for it.
   */
  readonly document: { readonly '@context': unknown; readonly base: string; readonly type: string; readonly schema: JsonSchema };
}

/** Everything a seal depends on besides the key, fixed before signing so that sealing again gives the same bytes. */
export interface SealIntent {
  /** `urn:uuid:…` */
  readonly id: string;
  readonly issuer: string;
  readonly type: CredentialType;
  /** RFC 3339, UTC. */
  readonly validFrom: string;
  readonly validUntil?: string;
  /** Instant of the proof, RFC 3339. */
  readonly created: string;
  /** DID URL of the key. */
  readonly verificationMethod: string;
  readonly subject: Readonly<Record<string, unknown>>;
}

/** Signs prepared bytes; handed in by the certificates service, which alone can reach a key. */
export type Sign = (data: Uint8Array) => Promise<Uint8Array>;

/** Public keys and credential types that a verifier trusts. Holds no secret and nothing personal. */
export interface Trust {
  /** The key of a DID URL, or undefined when nobody trusted has published it. */
  key(verificationMethod: string): TrustedKey | undefined;
  /** True when any key of this issuer is trusted. */
  issuer(did: string): boolean;
  /** The context document with this content hash. */
  type(hash: string): CredentialType['document'] | undefined;
}

export interface TrustedKey {
  readonly id: string;
  /** The DID that controls it. */
  readonly controller: string;
  readonly publicKeyMultibase: string;
  /** Instants, RFC 3339: a revoked key verifies nothing; an expired one nothing created later. */
  readonly revoked?: string;
  readonly expires?: string;
}

export type Answer = 'pass' | 'fail' | 'not-checked';

/** WHO's words, then ours (design: Verify answers). */
export type VerdictStatus =
  | 'VERIFIED'
  | 'NOT_SUPPORTED'
  | 'INVALID_ENCODING'
  | 'INVALID_COMPRESSION'
  | 'INVALID_SIGNING_FORMAT'
  | 'KID_NOT_INCLUDED'
  | 'ISSUER_NOT_TRUSTED'
  | 'TERMINATED_KEYS'
  | 'EXPIRED_KEYS'
  | 'REVOKED_KEYS'
  | 'INVALID_SIGNATURE'
  | 'REVOKED'
  | 'SUSPENDED'
  | 'NOT_YET_VALID'
  | 'EXPIRED'
  | 'RULE_FAILED';

export interface Verdict {
  readonly status: VerdictStatus;
  /** `status` is not a format's to answer: it says `not-checked`, and verification asks the issuer's list. */
  readonly answers: { encoding: Answer; format: Answer; key: Answer; signature: Answer; status: Answer; rules: Answer };
  readonly reasons: readonly { readonly code: string; readonly text: string }[];
  /**
   * What the signature covers; only when the status is VERIFIED or the signature at least holds. `id` and `issuer` are
   * those of the intent in every format, so that lists of what was revoked need not know formats.
   */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/**
 * How a credential stands in a QR code. The house has the encoders; a format says which of them fit it.
 *
 * `zip`: DIVOC's zip with `certificate.json`, in byte mode. `pixelpass`: MOSIP's CBOR, zlib and Base45, in alphanumeric mode.
 */
export type QrForm = 'zip' | 'pixelpass';

/** One way to turn a prepared subject into something signed, and to read it back. */
export interface CredentialFormat {
  readonly mediaType: string;
  /** At least one; the first is what is printed when nobody chooses. */
  readonly qrForms: readonly QrForm[];
  /**
   * The credential as `seal` will write it, of the same size, with a stand-in where the signature will be: it never
   * verifies. Pure, and touches no key. Throws a Refusal (422 CREDENTIAL_UNFIT) for what `open` would not accept.
   */
  prepare(intent: SealIntent): unknown;
  /**
   * Prepares, signs, and verifies what was signed: a pure function of intent and key. Throws a Refusal (422
   * CREDENTIAL_UNFIT), before the key is touched, for whatever its own `open` would not accept.
   */
  seal(intent: SealIntent, sign: Sign): Promise<unknown>;
  /** Is this parsed JSON of this very format? Looks at its shape only; true of what another format seals is a fault. */
  recognises(document: unknown): boolean;
  /** Verifies without any network: format, key, signature, validity at `at`. Never throws for bad input. */
  open(document: unknown, trust: Trust, at: Date): Promise<Verdict>;
}

export const credentialFormat = definePort<CredentialFormat>('credential-format', 0, { methods: ['seal', 'recognises', 'open'] });
