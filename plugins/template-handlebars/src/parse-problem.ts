import type { TemplateProblem } from '@divoc/core/api';

/**
 * What Handlebars' parser has said, with its place. It throws two kinds of error: its own, with line and column, and its
 * grammar's, which names the line and draws where in it the parser stood.
 */
export function parseProblem(source: string, error: Error & { lineNumber?: number; column?: number }): TemplateProblem {
  const { message, lineNumber, column } = error;
  if (lineNumber !== undefined) return { line: lineNumber, column: (column ?? 0) + 1, message: message.replace(/ - \d+:\d+$/, '') };
  const [head = '', excerpt = '', pointer = '', ...said] = message.split('\n');
  const line = Number(/line (\d+)/.exec(head)?.[1] ?? 1);
  const reason = said.join(' ') || excerpt || head;
  const before = excerpt.slice(0, pointer.indexOf('^')).replace(/^\.\.\./, '');
  return { line, column: columnAfter(source, line, before), message: plain(reason) };
}

/** The column on this line that has `before` in front of it; the excerpt leaves line breaks out. */
function columnAfter(source: string, line: number, before: string): number {
  const lines = source.split('\n');
  const text = lines[line - 1] ?? '';
  const past = lines.slice(0, line - 1).join('');
  for (let at = 0; at <= text.length; at += 1) if ((past + text.slice(0, at)).endsWith(before)) return at + 1;
  return 1;
}

/** The grammar's names of its tokens, as a template's author writes them. */
const TOKENS: Readonly<Record<string, string>> = {
  EOF: 'the end of the file',
  OPEN_ENDBLOCK: "'{{/'",
  INVERSE: "'{{^'",
  OPEN_INVERSE_CHAIN: "'{{else'",
  CLOSE: "'}}'",
  CLOSE_UNESCAPED: "'}}}'",
  CLOSE_RAW_BLOCK: "'}}}}'",
  OPEN: "'{{'",
  ID: 'a name',
  INVALID: 'a character that has no place here',
};

function plain(reason: string): string {
  const [, expected = '', got] = /^Expecting (.+), got '([^']+)'$/.exec(reason) ?? [];
  if (got === undefined) return reason;
  const names = [...expected.matchAll(/'([^']+)'/g)].flatMap(([, name = '']) => TOKENS[name] ?? []);
  const wanted = names.filter((name) => name !== TOKENS.EOF).slice(0, 4);
  return `${TOKENS[got] ?? got} stands here${wanted.length > 0 ? ` where ${wanted.join(' or ')} is wanted` : ' and should not'}`;
}
