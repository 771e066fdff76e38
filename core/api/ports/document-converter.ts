import { definePort } from '../port.js';

export interface Attachment {
  readonly content: Uint8Array;
  /** e.g. `application/json` */
  readonly mediaType: string;
}

export interface ConvertRequest {
  /** Bytes of the media type `from`. It comes from a template that an adopter wrote, and the data in it from anybody. */
  readonly document: Uint8Array;
  /** What the result carries with it, by file name. */
  readonly attachments?: Readonly<Record<string, Attachment>>;
  /** Milliseconds since the epoch that stand in the document; the same inputs give the same bytes. */
  readonly date: number;
}

/**
 * Makes a document of one media type from one of another, so that any engine's pages can be printed. It takes in nothing but
 * what it is given, and runs no script. Throws a Refusal (503) when it has too much to do, else an Error without a value of
 * the document.
 */
export interface DocumentConverter {
  /** e.g. `text/html` */
  readonly from: string;
  /** e.g. `application/pdf` */
  readonly to: string;
  convert(request: ConvertRequest): Promise<Uint8Array>;
}

export const documentConverter = definePort<DocumentConverter>('document-converter', 0, { methods: ['convert'] });
