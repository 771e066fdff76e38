import { declare, definePort, type Provision } from '../port.js';

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

/** A place in a template, 1-based, as editors count. */
export interface TemplatePlace {
  /** A name within the template's folder, where it is not the template itself. */
  readonly file?: string;
  readonly line: number;
  readonly column: number;
}

/** A mistake in a template: where, and in plain words what and how to mend it. */
export interface TemplateProblem extends TemplatePlace {
  readonly message: string;
}

/** A field of the data that a template names: `['record', 'patient', 'name']`; `*` stands for each item of a list. */
export interface TemplateUse extends TemplatePlace {
  readonly path: readonly string[];
}

export interface TemplateReport {
  readonly problems: readonly TemplateProblem[];
  /** As far as they can be told without running the template; what is not told is not checked. */
  readonly uses: readonly TemplateUse[];
}

/** What an engine says of itself before anything is set up, so that a check starts nothing. */
export interface EngineDeclaration extends Pick<TemplateEngine, 'mediaType' | 'extension'> {
  /** Its templates are programs, with the rights of the process: they may stand in the house's own folder and nowhere else. */
  readonly runsCode?: boolean;
  /** Reads a template (an absolute path) and the files of its folder that it includes, and runs and starts nothing. */
  check(template: string): TemplateReport;
}

export const templateEngine = definePort<TemplateEngine, EngineDeclaration>('template-engine', 0);

/** `provides: { engine: declareEngine({ mediaType, extension, check }) }` */
export const declareEngine = (declaration: EngineDeclaration): Provision<TemplateEngine, EngineDeclaration> =>
  declare(templateEngine, declaration);
