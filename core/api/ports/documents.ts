import { definePort } from '../port.js';

/** Whose name stands in what is issued: the DID of the settings, or the key itself as a did:key. */
export type DocumentIssuer = 'house' | 'did:key';

/** A credential that its caller has written: of any type but those of the house, which are made of records. */
export interface DocumentRequest {
  /** Without the proof that is wanted. Its `issuer` may be missing, and is put in; another one than ours is refused. */
  readonly credential: Readonly<Record<string, unknown>>;
  readonly issuer: DocumentIssuer;
  /** Name of a cryptosuite. */
  readonly suite: string;
  /** Actor id of whoever vouches for what it says. */
  readonly owner: string;
  /** With a place in the house's status lists, and an id where it has none. Only as `house`. Default false. */
  readonly withStatus?: boolean;
  /** JSON Pointers to what the holder cannot keep back, for suites whose holders choose what they show. */
  readonly mandatoryPointers?: readonly string[];
}

/** A bit of a credential that was issued with a status. */
export interface DocumentStatusChange {
  /** The credential's own `id`. */
  readonly credentialId: string;
  readonly purpose: 'revocation' | 'suspension';
  /** True: revoked, or suspended. A revocation is never taken back. */
  readonly status: boolean;
  /** URL of the list, and place in it, where the caller names them: they have to be those of the credential. */
  readonly list?: string;
  readonly index?: string;
  /** Actor id. */
  readonly actor: string;
}

/** General credentials, issued in the way of certificates: lint, record the intent, audit, sign, verify, store. */
export interface Documents {
  /** Cryptosuites that can be had here. */
  readonly suites: readonly string[];
  /** The DID that issues with this suite; undefined when no key of ours is of its kind. */
  issuer(issuer: DocumentIssuer, suite: string): Promise<string | undefined>;
  /** Throws a Refusal (422) for a suite that is not to be had, and for a credential that its own verifier would not accept. */
  issue(request: DocumentRequest): Promise<Readonly<Record<string, unknown>>>;
  /**
   * What the holder of a credential shows of it: what must be shown, and what JSON Pointers name. Touches no key, and keeps
   * nothing. Throws a Refusal (422) that says why nothing can be derived.
   */
  disclose(credential: unknown, pointers: readonly string[]): Promise<Readonly<Record<string, unknown>>>;
  /**
   * Sets or clears a bit; one that stands so already stays. Throws a Refusal: 404 for no such credential, or one without a
   * status, 409 for one that has been revoked, 422 for an entry that it does not have.
   */
  changeStatus(change: DocumentStatusChange): Promise<void>;
}

export const documents = definePort<Documents>('documents', 0, { methods: ['issuer', 'issue', 'disclose', 'changeStatus'] });
