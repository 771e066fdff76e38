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
  readonly answers: { encoding: Answer; format: Answer; key: Answer; signature: Answer; status: Answer; rules: Answer };
  readonly reasons: readonly { readonly code: string; readonly text: string }[];
  /** What the signature covers; only when the status is VERIFIED or the signature at least holds. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** One way to turn a prepared subject into something signed, and to read it back. */
export interface CredentialFormat {
  readonly mediaType: string;
  /** Seals: a pure function of intent and key. Refuses (throws) whatever its own `open` would not accept. */
  seal(intent: SealIntent, sign: Sign): Promise<unknown>;
  /** Can this parsed JSON be read here? Looks at its shape only. */
  recognises(document: unknown): boolean;
  /** Verifies without any network: format, key, signature, validity at `at`. Never throws for bad input. */
  open(document: unknown, trust: Trust, at: Date): Promise<Verdict>;
}

export const credentialFormat = definePort<CredentialFormat>('credential-format', 0, { methods: ['seal', 'recognises', 'open'] });
