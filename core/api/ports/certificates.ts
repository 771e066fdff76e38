import type { JsonSchema } from '../plugin.js';
import { definePort } from '../port.js';

export interface IssueRequest {
  /** One certificate per key, however often it is asked for. */
  readonly key: string;
  /** The certificate's id (UUID), chosen by the caller so that it can be promised before it exists. */
  readonly id: string;
  readonly subject: Readonly<Record<string, unknown>>;
  /** What `check` gave: the subject keeps the type that it was checked against, whatever the adopter's record is by now. */
  readonly type: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly validFrom: string;
  readonly validUntil?: string;
  /** Folder name of the template. */
  readonly template: string;
  /** Actor id that may read it. */
  readonly owner: string;
  /** Instance names of credential formats, the primary one first; default: those of the settings. */
  readonly formats?: readonly string[];
}

/** Why a certificate holds no longer. Codes only: a sentence would be about a person. */
export const REVOCATION_REASONS = [
  'unspecified',
  'wrong-data',
  'wrong-person',
  'duplicate',
  'not-administered',
  'product-recalled',
  'fraud',
  'key-compromised',
  'requested-by-holder',
] as const;
export type RevocationReason = (typeof REVOCATION_REASONS)[number];

/** Why a certificate holds no longer for the time being. */
export const SUSPENSION_REASONS = ['under-investigation', ...REVOCATION_REASONS] as const;
export type SuspensionReason = (typeof SUSPENSION_REASONS)[number];

/** Where a certificate stands. What is revoked or superseded stays so; what is suspended may become active again. */
export interface CertificateStatus {
  readonly state: 'active' | 'suspended' | 'revoked' | 'superseded';
  readonly reason?: SuspensionReason;
  /** Since when, RFC 3339, UTC. */
  readonly since?: string;
  /** The certificate that replaces a superseded one. */
  readonly replacedBy?: string;
}

/** Who ends a certificate, and why. */
export interface Ending {
  readonly reason: RevocationReason;
  /** Actor id. */
  readonly actor: string;
}

/** Who suspends a certificate, and why. */
export interface Suspension {
  readonly reason: SuspensionReason;
  /** Actor id. */
  readonly actor: string;
}

export interface Certificate {
  readonly id: string;
  /** 12 Crockford base32 characters and a check symbol. */
  readonly number: string;
  /** In its primary form. */
  /** An object, or a text for formats whose credentials are one (`HC1:…`). */
  readonly credential: Readonly<Record<string, unknown>> | string;
  readonly owner: string;
  readonly status: CertificateStatus;
}

/** What of a certificate is wanted. Explicit choices win over what the headers ask for. */
export interface Wanted {
  /** `application/vc`, `application/pdf`, `text/html`, `image/svg+xml` or `image/png` (the last two are its QR code). */
  readonly mediaType?: string;
  /** Which of the forms that were issued: a credential format's instance name or its media type. Default: the primary one. */
  readonly form?: string;
  /** Also when it is suspended, revoked or superseded: for whoever issued it, never for whoever holds a link. */
  readonly includeEnded?: boolean;
  /** An HTTP Accept header. */
  readonly accept?: string;
  /** BCP 47. */
  readonly language?: string;
  /** An HTTP Accept-Language header. */
  readonly acceptLanguage?: string;
  /** Where the page can link to: `pdf`, `credential`, `qr`, and `language` (a prefix that a language tag completes). */
  readonly links?: Readonly<Record<string, string>>;
}

export interface Rendering {
  readonly mediaType: string;
  /** The language it is in, where it is in one. */
  readonly language?: string;
  readonly body: Uint8Array;
  /** `certificate-7KQ2….pdf`: no name of a person. */
  readonly fileName: string;
}

export interface Certificates {
  /** The closed JSON Schema that the subject of a vaccination has to fit: the adopter's record. */
  readonly subjectSchema: JsonSchema;
  /** Names of the templates of vaccinations that can be rendered here. */
  readonly templates: readonly string[];
  /**
   * Gives the content hash of the credential type that the subject of a vaccination fits. Throws a Refusal: 400 naming the fields that do
   * not fit, 422 for a certificate too large to be printed in one of its formats (default: those of the settings).
   */
  check(subject: Readonly<Record<string, unknown>>, options?: { readonly formats?: readonly string[] }): Promise<{ readonly type: string }>;
  issue(request: IssueRequest): Promise<{ id: string; number: string }>;
  /**
   * Issues a certificate that replaces `id`, which is superseded in the same moment in which the new one exists. Asked again
   * with the same key, it gives the same answer. Throws a Refusal: 404 for none, 409 for one that is suspended or has ended otherwise.
   */
  supersede(id: string, request: IssueRequest, ending: Ending): Promise<{ id: string; number: string }>;
  /**
   * Revokes a certificate in all its forms. What is revoked already stays as it is, with its first reason; a superseded one
   * can be revoked as well. Throws a Refusal (404) for none.
   */
  revoke(id: string, ending: Ending): Promise<CertificateStatus>;
  /**
   * Suspends a certificate in all its forms, until it is reinstated or revoked. What is suspended already stays as it is.
   * Throws a Refusal: 404 for none, 409 for one that has been revoked or superseded.
   */
  suspend(id: string, suspension: Suspension): Promise<CertificateStatus>;
  /** Lets a suspended certificate hold again; one that is active stays so. Throws a Refusal as `suspend` does. */
  reinstate(id: string, by: { readonly actor: string }): Promise<CertificateStatus>;
  /**
   * As it was sealed last. After a key was revoked, a certificate may have been sealed anew: `seal` asks for the seal that held
   * then, 0 for the one with which it was issued.
   */
  find(id: string, at?: { readonly seal: number }): Promise<Certificate | undefined>;
  /**
   * Undefined when there is no such certificate. Throws a Refusal: 406 when nothing acceptable can be made; unless
   * `includeEnded` was asked for, 409 when it is suspended and 410 when it has been revoked or superseded.
   */
  render(id: string, wanted: Wanted): Promise<Rendering | undefined>;
}

export const certificates = definePort<Certificates>('certificates', 0, { methods: ['check', 'issue', 'find', 'render'] });
