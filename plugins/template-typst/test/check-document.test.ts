import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bracketFault } from '../src/brackets.js';
import { checkDocument } from '../src/check-document.js';
import { date, startEngine } from './engine.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'typst-check-'));
let started: Awaited<ReturnType<typeof startEngine>>;
beforeAll(async () => {
  started = await startEngine();
});
afterAll(async () => {
  await started.stop();
  rmSync(folder, { recursive: true, force: true });
});
const refusedByTypst = async (body: string) =>
  started.engine.render({ template: started.template(body), data: { name: 'x' }, date }).then(
    () => false,
    () => true,
  );

describe('what is sound to Typst is sound to the reader of brackets', () => {
  it.each([
    'text ( with } any [balanced] brackets ) and \\[ \\] escapes \\\\',
    '`raw ] } "` and ```typ #let x = ( ``` and `` and it\'s "quoted',
    '// a comment ] (\n/* and /* a nested ] */ one ( */ text',
    'https://example.org/a_(b)?c="d',
    '#math.equation(alt: "sum", $ sum_(i=0)^n "text ]" [a, b) $) costs \\$5',
    '#let f(x) = [#x (]\n#f[a ) "b]',
    '#if true [a ) "b] else { "c" } and "more',
    '#for x in (1, 2) [#x) ] text )',
    '#{ let s = "a \\" ] }"; s + "]" }',
    '#let a = (\n  b: [c],\n) ; text )',
    '#data.name.len() ( #data.at("name") { text ',
    '/* a comment [ without an end',
    '#show "x": it => [#it)]\ntext',
  ])('%j', async (body) => {
    expect([bracketFault(body)?.message, await refusedByTypst(body)]).toEqual([undefined, false]);
  });
});

describe('what it finds, Typst refuses too', () => {
  it.each([
    ['a\n#text(fill: red)[b', "2:17 the '[' is not closed"],
    ['#let f(x) = {\n  x\ntext', "1:13 the '{' is not closed"],
    ['a ] b', "1:3 ']' closes nothing"],
    ['#table(\n  [a], [b]}\n', "2:11 '}' stands where the '(' of line 1 is still open"],
    ['#let x = 1)\n', "1:11 ')' closes nothing"],
    ['#let x = "a\n', '1:10 the text is not closed'],
    ['a $ x + 1', "1:3 the '$' is not closed"],
    ['a `b', '1:3 the raw text is not closed'],
  ])('%j', async (body, expected) => {
    const fault = bracketFault(body);
    const before = body.slice(0, fault?.at).split('\n');
    expect(`${before.length}:${(before.at(-1)?.length ?? 0) + 1} ${fault?.message}`).toContain(expected);
    expect(await refusedByTypst(body)).toBe(true);
  });
});

it('tells fields by the name that the template gives the data, also in files that it includes', () => {
  const file = join(folder, 'page.typ');
  writeFileSync(join(folder, 'row.typ'), '#let it = json(bytes(sys.inputs.data))\n#it.record.lotNumber');
  writeFileSync(
    file,
    '#let view = json(bytes(sys.inputs.data))\n#let t(k) = view.text.at(k)\n#t("a-b") #view.record.at("patient").name.len()\n// #view.no\n#include "row.typ"\n#import "none.typ": x',
  );
  const { problems, uses } = checkDocument(file);
  expect(problems).toEqual([{ line: 6, column: 2, message: 'there is no file none.typ in its folder' }]);
  const paths = uses.map(({ path, file: within = 'page.typ', line, column }) => `${within}:${line}:${column} ${path.join('.')}`);
  expect(paths.sort()).toEqual([
    'page.typ:2:13 text',
    'page.typ:3:12 record.patient.name',
    'page.typ:3:2 text.a-b',
    'row.typ:2:2 record.lotNumber',
  ]);
});
