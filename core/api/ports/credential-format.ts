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

/** Ed25519: EdDSA of RFC 8032, 64 bytes. ES256: ECDSA with P-256 and SHA-256, r||s of 64 bytes (RFC 7518, section 3.4). */
export type SignatureAlgorithm = 'Ed25519' | 'ES256';

/** A public key as JSON Web Key (RFC 7517): the members of its kind, and nothing private. */
export type PublicJwk = Readonly<Record<string, unknown>> & { readonly kty: string };

/** The public half of the key that seals. */
export interface SealingKey {
  readonly algorithm: SignatureAlgorithm;
  readonly publicKeyMultibase: string;
  /** DER in base64, the key's own first (RFC 7515 `x5c`); for formats whose keys are known by X.509 certificates. */
  readonly certificates?: readonly string[];
}

/** What a format asks of the key that is chosen for it. One key serves one purpose. */
export interface SealingNeeds {
  /** e.g. `vc`, `hcert`: keys are made, rotated and revoked by purpose. */
  readonly purpose: string;
  readonly algorithm: SignatureAlgorithm;
  /** True when the key must have an X.509 certificate. */
  readonly certificate?: boolean;
}

/** Where a certificate's status stands: one bit of a published list (https://www.w3.org/TR/vc-bitstring-status-list/). */
export interface StatusListEntry {
  readonly statusPurpose: 'revocation' | 'suspension';
  readonly statusListIndex: number;
  /** URL of the list. */
  readonly statusListCredential: string;
}

/** Everything a seal depends on besides the private key, fixed before signing so that sealing again gives the same bytes. */
export interface SealIntent {
  /** `urn:uuid:…`; of a status list the URL where it is served. */
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
  /** The key of `verificationMethod`; absent in what was recorded when every key was an Ed25519 key that names itself. */
  readonly key?: SealingKey;
  /** Absent where the certificate is on no list. */
  readonly status?: readonly StatusListEntry[];
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
  /**
   * Keys by key id rather than DID URL (`kid` of JOSE; base64 of the COSE `kid`): all that were published under it, and
   * those that were handed over without any. Several may share one id. Without an id: every key.
   */
  keysFor(kid?: string): readonly TrustedKey[];
}

/** A public key that a verifier trusts: as Multikey, as JWK, or both. RSA keys have no Multikey. */
export interface TrustedKey {
  /** DID URL; of a key that no DID document names, its key id, else its JWK thumbprint (RFC 7638). */
  readonly id: string;
  /** The DID that controls it, or the URL or country by which its issuer is known; empty when nothing says whose it is. */
  readonly controller: string;
  readonly publicKeyMultibase?: string;
  readonly publicKeyJwk?: PublicJwk;
  /** The key id under which it was published. */
  readonly kid?: string;
  readonly certificate?: KeyCertificate;
  /** Instants, RFC 3339: a revoked key verifies nothing; an expired one nothing created later. */
  readonly revoked?: string;
  readonly expires?: string;
}

/** What verifiers need of a key's X.509 certificate. */
export interface KeyCertificate {
  /** base64. */
  readonly der: string;
  /** Instants, RFC 3339. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** ISO 3166-1 code of its subject, else of its issuer. */
  readonly country?: string;
  /** OIDs; absent when the extension is, which allows everything. */
  readonly extendedKeyUsage?: readonly string[];
  /** True of a certificate that signs others. */
  readonly isAuthority: boolean;
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
  /** Which of the verifier's formats has read it: a name of the verifier's own. Not a format's to answer. */
  readonly format?: string;
  readonly status: VerdictStatus;
  /** `status` is not a format's to answer: it says `not-checked`, and verification asks the issuer's list. */
  readonly answers: { encoding: Answer; format: Answer; key: Answer; signature: Answer; status: Answer; rules: Answer };
  readonly reasons: readonly { readonly code: string; readonly text: string }[];
  /**
   * What the signature covers; only when the status is VERIFIED or the signature at least holds. `id` and `issuer` are
   * those of the intent in every format, so that lists of what was revoked need not know formats.
   */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** JSON Pointers into the document of what its signature does not protect; never among the claims. Old formats only. */
  readonly unprotected?: readonly string[];
}

/**
 * How a credential stands in a QR code. The house has the encoders; a format says which of them fit it.
 *
 * `zip`: DIVOC's zip with `certificate.json`, in byte mode. `pixelpass`: MOSIP's CBOR, zlib and Base45, in alphanumeric mode.
 * `text`: the credential is a text that stands in the code as it is (`HC1:…`, `shc:/…`), or JSON that stands there as text.
 */
export type QrForm = 'zip' | 'pixelpass' | 'text';

/** A credential that its caller has written, and what its proof depends on besides the private key. */
export interface DocumentIntent {
  /** With its issuer, and without the proof that is to be made. */
  readonly document: Readonly<Record<string, unknown>>;
  /** One of the sealer's. */
  readonly suite: string;
  /** Instant of the proof, RFC 3339. */
  readonly created: string;
  /** DID URL of the key. */
  readonly verificationMethod: string;
  readonly publicKeyMultibase: string;
  /** JSON Pointers to what the holder will not be able to keep back, for suites whose holders choose what they show. */
  readonly mandatoryPointers?: readonly string[];
}

/** Seals credentials of any type, which others have written; never one of a type of the house, which only `seal` makes. */
export interface DocumentSealer {
  /** Names of cryptosuites, and the key that each takes. */
  readonly suites: Readonly<Record<string, SealingNeeds>>;
  /** Prepares, signs, and verifies what was signed. Throws a Refusal (422 CREDENTIAL_UNFIT), before the key is touched, as a format's `seal` does. */
  seal(intent: DocumentIntent, sign: Sign): Promise<Readonly<Record<string, unknown>>>;
}

/** What a verifier has asked a holder for; members that are given must stand in the proof. */
export interface PresentationRequest {
  /** Several are a set: the proof has to be made for all of them, and for no other. */
  readonly domain?: string | readonly string[];
  readonly challenge?: string;
}

/** Reads the proofs of verifiable presentations. The credentials in them are read by the formats that recognise them. */
export interface PresentationReader {
  recognises(document: unknown): boolean;
  /** Form, proofs by keys of the holder (did:key), and what was asked for. Never throws for bad input. */
  open(document: unknown, request: PresentationRequest, trust: Trust, at: Date): Promise<Verdict>;
  /** What a presentation that is one text holds; of JSON it is `verifiableCredential`. Asked only where its signature holds. */
  credentialsIn?(document: unknown): readonly unknown[];
}

/** The half of a format that verifies: all that a verifier needs, in a browser as well. */
export interface FormatReader {
  /**
   * Is this of this very format? `document` is parsed JSON, or the text that was scanned, if that is no JSON. Looks at its
   * shape only; true of what another format seals is a fault.
   */
  recognises(document: unknown): boolean;
  /** Verifies without any network: format, key, signature, validity at `at`. Never throws for bad input. */
  open(document: unknown, trust: Trust, at: Date): Promise<Verdict>;
  /** Only of formats in which presentations are made. */
  readonly presentations?: PresentationReader;
}

/** One way to turn a prepared subject into something signed, and to read it back. */
export interface CredentialFormat extends FormatReader {
  readonly mediaType: string;
  /** Names of the credential types that it can say (`VaccinationCredential`); absent where it says any. */
  readonly types?: readonly string[];
  /** The first is what is printed when nobody chooses; none where it travels by wallets, and is too large to be printed. */
  readonly qrForms: readonly QrForm[];
  /** The key that it seals with. */
  readonly needs: SealingNeeds;
  /**
   * True when `intent.status` stands in what it seals, and, as `credentialStatus` of VC 2.0, among the claims of what it
   * opens. Such a format can seal status lists as well.
   */
  readonly writesStatus?: true;
  /**
   * Does beforehand what the first certificates of a type would make everybody else wait for, as compiling its schema. Signs
   * nothing, and changes nothing that is sealed later.
   */
  warmUp?(type: CredentialType): Promise<void>;
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
  /**
   * True when what it seals is for the holder alone: a verifier refuses it, and reads what the holder derives from it with
   * `disclose`.
   */
  readonly sealsForHolder?: true;
  /**
   * Only of formats with credentials from which holders derive what they show: what must be shown, and what JSON Pointers (RFC
   * 6901) name besides; `''` names all of it. `trust`: the certificate types. Touches no key. Throws a Refusal (422
   * DISCLOSURE_REFUSED) that says why, and names the pointer which leads nowhere.
   */
  disclose?(credential: unknown, pointers: readonly string[], trust: Pick<Trust, 'type'>): Promise<unknown>;
  /** Only of formats in which others' credentials are sealed as well. */
  readonly documents?: DocumentSealer;
}

export const credentialFormat = definePort<CredentialFormat>('credential-format', 0, { methods: ['seal', 'recognises', 'open'] });
