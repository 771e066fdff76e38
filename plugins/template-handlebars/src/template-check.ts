import Handlebars from 'handlebars';
import { HandlebarsError } from './template-error.js';

/** All helpers that a template can use; `file` gives a picture as a data URI. */
export const HELPERS = ['if', 'unless', 'each', 'with', 'eq', 'file'] as const;

/** Expressions that templates may not use, each with what to do instead. */
const REFUSED: Readonly<Record<string, string>> = {
  PartialBlockStatement: 'only plain partials are used: {{> name}}',
  Decorator: 'decorators are not used',
  DecoratorBlock: 'decorators are not used',
};
const PARTIAL = /^[a-z0-9][a-z0-9-]*$/;
const SCRIPT = /<script\b/i;

export interface ParsedTemplate {
  readonly program: hbs.AST.Program;
  /** Names of partials, each with the line that wants it first. */
  readonly partials: ReadonlyMap<string, number>;
  /** Where each name of a field stands first. */
  readonly fields: ReadonlyMap<string, number>;
}

/** Parses a template and refuses what could show data unescaped or run code. Throws a HandlebarsError with file and line. */
export function parseTemplate(source: string, file: string): ParsedTemplate {
  let program: hbs.AST.Program;
  try {
    program = Handlebars.parse(source);
  } catch (cause) {
    const { message } = cause as Error;
    throw new HandlebarsError(file, Number(/line (\d+)/.exec(message)?.[1]) || undefined, message.split('\n').at(-1) ?? message, { cause });
  }
  const check = new Check(file);
  check.accept(program);
  return { program, partials: check.partials, fields: check.fields };
}

type Call = hbs.AST.MustacheStatement | hbs.AST.BlockStatement | hbs.AST.SubExpression;

class Check extends Handlebars.Visitor {
  readonly partials = new Map<string, number>();
  readonly fields = new Map<string, number>();
  readonly #file: string;
  constructor(file: string) {
    super();
    this.#file = file;
  }

  override accept(node: hbs.AST.Node): void {
    const refusal = node && REFUSED[node.type];
    if (refusal !== undefined) throw this.#error(node, refusal);
    super.accept(node);
  }

  override Program(node: hbs.AST.Program): void {
    // Handlebars looks names in these up leniently whatever it is told.
    if (node.blockParams?.length) throw this.#error(node, "'as | |' is not used; name the fields themselves");
    super.Program(node);
  }

  override MustacheStatement(node: hbs.AST.MustacheStatement): void {
    // {{{x}}} and {{&x}} would put data into the page as markup.
    if (!node.escaped) throw this.#error(node, 'everything is escaped here; write {{ }} instead of {{{ }}} or {{& }}');
    this.#checkHelper(node);
    super.MustacheStatement(node);
  }

  override BlockStatement(node: hbs.AST.BlockStatement): void {
    this.#checkHelper(node);
    super.BlockStatement(node);
  }

  override SubExpression(node: hbs.AST.SubExpression): void {
    this.#checkHelper(node);
    super.SubExpression(node);
  }

  override PartialStatement(node: hbs.AST.PartialStatement): void {
    const name = (node.name as hbs.AST.PathExpression).original;
    if (typeof name !== 'string' || !PARTIAL.test(name)) {
      throw this.#error(node, 'a partial is named by a-z, 0-9 and -, and stands beside the template: {{> name}} is name.hbs');
    }
    this.#note(this.partials, name, node);
    super.PartialStatement(node);
  }

  override PathExpression(node: hbs.AST.PathExpression): void {
    for (const part of node.parts) {
      if (part in Object.prototype) throw this.#error(node, `no field can be named '${part}'`);
      this.#note(this.fields, part, node);
    }
    // Handlebars by itself is strict about {{x}} only: a misspelt {{#each x}} would leave a group out silently.
    (node as { strict?: boolean }).strict = true;
  }

  override ContentStatement(node: hbs.AST.ContentStatement): void {
    const text = String(node.original);
    const at = text.search(SCRIPT);
    if (at < 0) return;
    const line = node.loc.start.line + text.slice(0, at).split('\n').length - 1;
    throw new HandlebarsError(this.#file, line, 'pages run no scripts (Content-Security-Policy)');
  }

  #checkHelper(node: Call): void {
    const name = (node.path as hbs.AST.PathExpression).original;
    const isCall = node.type !== 'MustacheStatement' || node.params.length > 0;
    if (isCall && !(HELPERS as readonly unknown[]).includes(name)) {
      throw this.#error(node, `there is no helper of this name; known here: ${HELPERS.join(', ')}`);
    }
  }

  #note(places: Map<string, number>, name: string, node: hbs.AST.Node): void {
    if (!places.has(name)) places.set(name, node.loc.start.line);
  }

  #error(node: hbs.AST.Node, reason: string): HandlebarsError {
    return new HandlebarsError(this.#file, node.loc.start.line, reason);
  }
}
