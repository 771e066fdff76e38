import { describe, expect, it } from 'vitest';
import { isTest, lineOf, type Node, type Source, source, sources, walk } from './sources.js';

/** Who may ask the machine for what, and why. */
const ALLOWED: Readonly<Record<string, string>> = {
  'core/kernel/boot.ts asks for the time': 'makes the clock that all parts are given',
  'plugins/identity-oidc/src/library-clock.ts asks for the time': "tells openid-client how far its own clock is from the house's",
  'core/store/job-run.ts asks for chance': 'spreads retries, where nothing is gained by a guess; tests give their own',
};

const isName = (node: unknown, name: string): boolean => (node as Node | undefined)?.type === 'Identifier' && (node as Node).name === name;

/** Only the injected clock tells time, and chance comes from node:crypto. */
function questions({ path, text, tree }: Source): { readonly line: number; readonly question: string }[] {
  const found: { line: number; question: string }[] = [];
  walk(tree, (node) => {
    const member = (object: string, property: string) =>
      node.type === 'MemberExpression' && isName(node.object, object) && isName(node.property, property);
    const bare = /^(New|Call)Expression$/.test(node.type) && isName(node.callee, 'Date') && (node.arguments as Node[]).length === 0;
    if (bare || member('Date', 'now')) found.push({ line: lineOf(text, node.start), question: `${path} asks for the time` });
    if (member('Math', 'random')) found.push({ line: lineOf(text, node.start), question: `${path} asks for chance` });
  });
  return found;
}

describe('time and chance', () => {
  const asked = sources.filter(({ path }) => !isTest(path)).flatMap(questions);

  it('come from the clock and from node:crypto', () => {
    const forbidden = asked.filter(({ question }) => !(question in ALLOWED));
    expect(forbidden.map(({ line, question }) => `${question} in line ${line}`)).toEqual([]);
  });

  it('have no exception that is not needed', () => {
    expect(asked.map(({ question }) => question)).toEqual(expect.arrayContaining(Object.keys(ALLOWED)));
  });

  it.each([
    ['const now = new Date()', 'the time'],
    ['const now = Date.now()', 'the time'],
    ['const now = Date()', 'the time'],
    ['later(Date.now)', 'the time'],
    ['const id = Math.random()', 'chance'],
  ])('are reported when planted: %s', (code, what) => {
    expect(questions(source('core/store/planted.ts', code))).toEqual([{ line: 1, question: `core/store/planted.ts asks for ${what}` }]);
  });

  it('may be computed from what is given', () => {
    expect(questions(source('core/store/planted.ts', 'const then = new Date(clock.now().getTime() + 1)'))).toEqual([]);
  });
});
