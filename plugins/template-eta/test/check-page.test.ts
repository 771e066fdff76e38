import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { checkPage } from '../src/check-page.js';

const folder = mkdtempSync(join(tmpdir(), 'eta-check-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const check = (source: string) => {
  const file = join(folder, 'page.eta');
  writeFileSync(file, source);
  return checkPage(file);
};

it.each([
  ['a statement', '<p>\n<% if ( %>', ['2:9']],
  ['an expression, between texts', 'é😀 <%= it.a + %> x', ['1:16']],
  ['a block that is not closed', '<% if (it.a) { %>\nx\n', ['3:1']],
  ['a block too many', 'x\n<% } %>', ['2:6']],
  ['a tag that is not closed', 'a\n <%= it.a', ['2:2']],
  ['a script', '<p>\n <script>', ['2:2']],
  ['an include', "\n <%~ include('../x') %>", ['2:6']],
])('%s that is wrong is told at its place', (_what, source, places) => {
  expect(check(source).problems.map(({ line, column }) => `${line}:${column}`)).toEqual(places);
});

it.each([
  '<% for (const a of it.list) { if (a) { %><%= a %><% } else { %>-<% } } %>',
  "<%= it.a ? `%>` : '%>' /* %> */ %>",
  '<% // a comment\nconst b = 1 %><%= b -%>\n<%_ if (b) { _%> c <% } %>',
  '<%~ await Promise.resolve(it.a) %>',
])('%j is right', (source) => expect(check(source).problems).toEqual([]));

it('tells the fields of the data, and runs nothing', () => {
  const { uses } = check(
    "<% process.exit(1) %>\n<%= it.text.title %><% it.groups.map((g) => g) %><%= it.file('qr.svg') %><%= it.rows.length %>",
  );
  expect(uses).toEqual([
    { path: ['text', 'title'], line: 2, column: 5 },
    { path: ['groups'], line: 2, column: 24 },
    { path: ['rows'], line: 2, column: 78 },
  ]);
});
