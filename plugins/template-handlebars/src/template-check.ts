import type { TemplateProblem, TemplateUse } from '@divoc/core/api';
import Handlebars from 'handlebars';
import { parseProblem } from './parse-problem.js';
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
  /** Fields from the root of the data on. */
  readonly uses: readonly TemplateUse[];
}

/** Parses a template and refuses what could show data unescaped or run code. Throws a HandlebarsError with file and line. */
export function parseTemplate(source: string, file: string): ParsedTemplate {
  const { problems, parsed } = examine(source);
  const [first] = problems;
  if (first || !parsed) throw new HandlebarsError(file, first?.line, first?.message ?? 'it cannot be parsed');
  return parsed;
}

/** Everything that is wrong with a template by itself; what was parsed, where it could be. */
export function examine(source: string): { problems: readonly TemplateProblem[]; parsed?: ParsedTemplate } {
  let program: hbs.AST.Program;
  try {
    program = Handlebars.parse(source);
  } catch (cause) {
    return { problems: [parseProblem(source, cause as Error)] };
  }
  const check = new Check();
  check.accept(program);
  return { problems: check.problems, parsed: { program, partials: check.partials, fields: check.fields, uses: check.uses } };
}

type Call = hbs.AST.MustacheStatement | hbs.AST.BlockStatement | hbs.AST.SubExpression;
/** Where in the data names are looked up; undefined where that cannot be told. */
type Scope = readonly string[] | undefined;

class Check extends Handlebars.Visitor {
  readonly partials = new Map<string, number>();
  readonly fields = new Map<string, number>();
  readonly uses: TemplateUse[] = [];
  readonly problems: TemplateProblem[] = [];
  /** The innermost last. */
  readonly #scopes: Scope[] = [[]];
  /** Of helpers, which are no fields. */
  readonly #helpers = new WeakSet<object>();

  override accept(node: hbs.AST.Node): void {
    const refusal = node && REFUSED[node.type];
    if (refusal !== undefined) this.#note(node, refusal);
    else super.accept(node);
  }

  override Program(node: hbs.AST.Program): void {
    // Handlebars looks names in these up leniently whatever it is told.
    if (node.blockParams?.length) this.#note(node, "'as | |' is not used; name the fields themselves");
    super.Program(node);
  }

  override MustacheStatement(node: hbs.AST.MustacheStatement): void {
    // {{{x}}} and {{&x}} would put data into the page as markup.
    if (!node.escaped) this.#note(node, 'everything is escaped here; write {{ }} instead of {{{ }}} or {{& }}');
    this.#checkHelper(node);
    super.MustacheStatement(node);
  }

  override BlockStatement(node: hbs.AST.BlockStatement): void {
    this.#checkHelper(node);
    const inner = this.#scopeWithin(node);
    this.accept(node.path);
    for (const param of node.params) this.accept(param);
    this.#scopes.push(...inner);
    this.accept(node.program);
    if (inner.length > 0) this.#scopes.pop();
    this.accept(node.inverse as hbs.AST.Program);
  }

  override SubExpression(node: hbs.AST.SubExpression): void {
    this.#checkHelper(node);
    super.SubExpression(node);
  }

  override PartialStatement(node: hbs.AST.PartialStatement): void {
    const name = (node.name as hbs.AST.PathExpression).original;
    if (typeof name !== 'string' || !PARTIAL.test(name)) {
      this.#note(node, 'a partial is named by a-z, 0-9 and -, and stands beside the template: {{> name}} is name.hbs');
      return;
    }
    this.#first(this.partials, name, node);
    this.#helpers.add(node.name);
    super.PartialStatement(node);
  }

  override PathExpression(node: hbs.AST.PathExpression): void {
    if (this.#helpers.has(node)) return;
    for (const part of node.parts) {
      if (part in Object.prototype) this.#note(node, `no field can be named '${part}'`);
      this.#first(this.fields, part, node);
    }
    const path = this.#resolve(node);
    if (path && path.length > 0) this.uses.push({ path, ...placeOf(node) });
    // Handlebars by itself is strict about {{x}} only: a misspelt {{#each x}} would leave a group out silently.
    (node as { strict?: boolean }).strict = true;
  }

  override ContentStatement(node: hbs.AST.ContentStatement): void {
    const text = String(node.original);
    const at = text.search(SCRIPT);
    if (at < 0) return;
    const before = text.slice(0, at).split('\n');
    const { line, column } = placeOf(node);
    this.problems.push({
      line: line + before.length - 1,
      column: (before.length === 1 ? column : 1) + (before.at(-1)?.length ?? 0),
      message: 'pages run no scripts (Content-Security-Policy)',
    });
  }

  #checkHelper(node: Call): void {
    const path = node.path as hbs.AST.PathExpression;
    const isCall = node.type !== 'MustacheStatement' || node.params.length > 0;
    if (!isCall) return;
    if ((HELPERS as readonly unknown[]).includes(path.original)) this.#helpers.add(path);
    else this.#note(node, `there is no helper of this name; known here: ${HELPERS.join(', ')}`);
  }

  /** The scope that a block opens: `#with` and `#each` look names up in what they are given. */
  #scopeWithin({ path, params }: hbs.AST.BlockStatement): Scope[] {
    const name = (path as hbs.AST.PathExpression).original;
    const [of] = params;
    if ((name !== 'each' && name !== 'with') || of?.type !== 'PathExpression') return [];
    const scope = this.#resolve(of as hbs.AST.PathExpression);
    return [scope && (name === 'each' ? [...scope, '*'] : scope)];
  }

  /** The path from the root of the data. */
  #resolve({ data, depth, parts }: hbs.AST.PathExpression): Scope {
    // `@root.x` is of the root; `@index` and the like are no data.
    if (data) return parts[0] === 'root' ? parts.slice(1) : undefined;
    const scope = this.#scopes.at(-1 - depth);
    return scope && [...scope, ...parts];
  }

  #first(places: Map<string, number>, name: string, node: hbs.AST.Node): void {
    if (!places.has(name)) places.set(name, node.loc.start.line);
  }

  #note(node: hbs.AST.Node, message: string): void {
    this.problems.push({ ...placeOf(node), message });
  }
}

/** Handlebars counts columns from 0. */
const placeOf = ({ loc }: hbs.AST.Node) => ({ line: loc.start.line, column: loc.start.column + 1 });
