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

/** Renders one media type from a template file and JSON data. Throws an Error that names template, line and reason. */
export interface TemplateEngine {
  /** e.g. `application/pdf` */
  readonly mediaType: string;
  /** The template files it reads, by ending: `.typ`. */
  readonly extension: string;
  render(request: RenderRequest): Promise<Uint8Array>;
}

export const templateEngine = definePort<TemplateEngine>('template-engine', 0);
