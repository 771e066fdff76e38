import { definePort } from '../port.js';

export interface RenderRequest {
  /** Absolute path of the template's file; it may include others of its own folder, and nothing else. */
  readonly template: string;
  /** JSON data; all of it is text to the template, never code. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Files the template may embed or attach, by name (`qr.svg`, `certificate.json`). */
  readonly files?: Readonly<Record<string, Uint8Array>>;
  /** Milliseconds since the epoch that stand in the document; the same inputs give the same bytes. */
  readonly date: number;
}

export interface ConvertRequest {
  readonly document: Uint8Array;
  /** As in RenderRequest: files that the result carries as attachments. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
  readonly date: number;
}

/** What is wrong with a template, 1-based. */
export interface TemplateMistake {
  /** Absolute path. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/**
 * Makes documents of one media type: from template files and JSON data, or from another engine's documents.
 * Throws an Error that names template, line and reason, and no value of the data.
 */
export interface TemplateEngine {
  /** e.g. `application/pdf` */
  readonly mediaType: string;
  /** The template files it reads, by ending: `.typ`. Such an engine has `render` and `check`. */
  readonly extension?: string;
  render?(request: RenderRequest): Promise<Uint8Array>;
  /**
   * What can be said against a template without data: its syntax, and each field it reads that is not in `fields`
   * (`holder`, `groups.label`: the paths of the view, the items of a list under the list's own name).
   */
  check?(template: string, fields: readonly string[]): Promise<readonly TemplateMistake[]>;
  /** The media type of the documents that it converts: `text/html`. Such an engine has `convert`. */
  readonly converts?: string;
  convert?(request: ConvertRequest): Promise<Uint8Array>;
}

/** An engine that makes documents from template files. */
export type FileEngine = TemplateEngine & Required<Pick<TemplateEngine, 'extension' | 'render'>>;
/** An engine that makes documents from another engine's. */
export type ConvertEngine = TemplateEngine & Required<Pick<TemplateEngine, 'converts' | 'convert'>>;

export const templateEngine = definePort<TemplateEngine>('template-engine', 0);
