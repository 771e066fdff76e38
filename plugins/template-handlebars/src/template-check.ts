import Handlebars from 'handlebars';
import { HandlebarsError } from './template-error.js';

/** All helpers that a template can use; `file` gives a picture as a data URI. */
export const HELPERS = ['if', 'unless', 'each', 'with', 'eq', 'file'] as const;

/** Expressions that templates may not use, each with what to do instead. */
const REFUSED: Readonly<Record<string, string>> = {
  PartialStatement: 'partials are not used; write it out',
  PartialBlockStatement: 'partials are not used; write it out',
  Decorator: 'decorators are not used',
  DecoratorBlock: 'decorators are not used',
};

/** Parses a template and refuses what could show data unescaped or run code. Throws a HandlebarsError with file and line. */
export function parseTemplate(source: string, file: string): hbs.AST.Program {
  let program: hbs.AST.Program;
  try {
    program = Handlebars.parse(source);
  } catch (cause) {
    const { message } = cause as Error;
    throw new HandlebarsError(file, Number(/line (\d+)/.exec(message)?.[1]) || undefined, message.split('\n').at(-1) ?? message, { cause });
  }
  new Check(file).accept(program);
  return program;
}

class Check extends Handlebars.Visitor {
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

  #checkHelper(node: hbs.AST.MustacheStatement | hbs.AST.BlockStatement | hbs.AST.SubExpression): void {
    const { path, params, type } = node;
    const isCall = type !== 'MustacheStatement' || params.length > 0;
    const name = (path as hbs.AST.PathExpression).original;
    if (isCall && !(HELPERS as readonly unknown[]).includes(name)) {
      throw this.#error(node, `there is no helper of this name; known here: ${HELPERS.join(', ')}`);
    }
  }

  #error(node: hbs.AST.Node, reason: string): HandlebarsError {
    return new HandlebarsError(this.#file, node.loc.start.line, reason);
  }
}
