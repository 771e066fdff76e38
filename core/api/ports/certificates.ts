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
}

export interface Certificate {
  readonly id: string;
  /** 12 Crockford base32 characters and a check symbol. */
  readonly number: string;
  readonly credential: Readonly<Record<string, unknown>>;
  readonly owner: string;
}

/** What of a certificate is wanted. Explicit choices win over what the headers ask for. */
export interface Wanted {
  /** `application/vc`, `application/pdf`, `text/html`, `image/svg+xml` or `image/png` (the last two are its QR code). */
  readonly mediaType?: string;
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
  /** The closed JSON Schema that a subject has to fit: the adopter's record. */
  readonly subjectSchema: JsonSchema;
  /** Names of the templates that can be rendered here. */
  readonly templates: readonly string[];
  /**
   * Gives the content hash of the credential type that the subject fits. Throws a Refusal: 400 naming the fields that do
   * not fit, 422 for a certificate too large to be printed.
   */
  check(subject: Readonly<Record<string, unknown>>): Promise<{ readonly type: string }>;
  issue(request: IssueRequest): Promise<{ id: string; number: string }>;
  find(id: string): Promise<Certificate | undefined>;
  /** Undefined when there is no such certificate. Throws a Refusal (406) when nothing acceptable can be made. */
  render(id: string, wanted: Wanted): Promise<Rendering | undefined>;
}

export const certificates = definePort<Certificates>('certificates', 0, { methods: ['check', 'issue', 'find', 'render'] });
