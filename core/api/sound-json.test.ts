import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { soundJson } from './sound-json.js';
import { isStrictJsonError, parseStrictJson } from './strict-json.js';

/** Whether the scanner takes a text. The second item is none that is evidently sound, so that it is the scanner that looks. */
function isTaken(text: string): boolean {
  try {
    parseStrictJson(`[${text},"\\ud83d\\ude00"]`);
    return true;
  } catch (error) {
    if (isStrictJsonError(error)) return false;
    throw error;
  }
}

const name = fc.constantFrom('"a"', '"b"', '"\\u0061"', '"a:\\""', '"\\\\"', '"__proto__"', '"\\u005f_proto__"', '""');
const leaf = fc.constantFrom(
  '1',
  '0',
  '0e-9',
  '1e-400',
  `0.${'0'.repeat(330)}1`,
  '9007199254740993',
  '"a"',
  '"x\\"y"',
  '"\\ud800"',
  '"\ud83d"',
  'null',
);
const { text } = fc.letrec<{ text: string; object: string; array: string }>((tie) => ({
  text: fc.oneof({ depthSize: 'medium' }, leaf, tie('object'), tie('array')),
  object: fc.array(fc.tuple(name, tie('text')), { maxLength: 3 }).map((members) => `{${members.map((pair) => pair.join(': ')).join(',')}}`),
  array: fc.array(tie('text'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
}));

describe('evidently sound JSON', () => {
  it('is nothing that the scanner refuses: members given twice, surrogates, numbers, __proto__', () => {
    let [sound, refused] = [0, 0];
    fc.assert(
      fc.property(text, (source) => {
        const value = soundJson(source, 63);
        const isSound = value !== undefined;
        sound += Number(isSound);
        refused += Number(!isTaken(source));
        if (!isSound) return;
        expect(isTaken(source)).toBe(true);
        expect(value).toStrictEqual(JSON.parse(source));
      }),
      { numRuns: 5000 },
    );
    expect([sound > 500, refused > 500]).toEqual([true, true]);
  });

  it('is no deeper than it may be', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect([soundJson(nested(4), 4), soundJson(nested(5), 4)]).toEqual([[[[[]]]], undefined]);
  });
});
