import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isStrictJsonError, parseStrictJson, type StrictJsonError } from './strict-json.js';

const utf8 = (text: string) => new TextEncoder().encode(text);

function errorOf(source: string | Uint8Array): StrictJsonError {
  try {
    parseStrictJson(source);
  } catch (error) {
    if (isStrictJsonError(error)) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const exact = (value: unknown): boolean =>
  typeof value === 'number'
    ? Math.abs(value) <= Number.MAX_SAFE_INTEGER
    : typeof value === 'object' && value !== null
      ? Object.entries(value).every(([name, member]) => name !== '__proto__' && exact(member))
      : true;

describe('strict JSON', () => {
  test('agrees with JSON.parse on every document that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8, stringUnit: 'binary' }), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        fc.pre(exact(value));
        const text = JSON.stringify(value, null, space);
        expect(parseStrictJson(text)).toStrictEqual(JSON.parse(text));
      }),
      { numRuns: 2000 },
    );
  });

  test('accepts nothing that JSON.parse refuses, and throws nothing but its own error', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '"b":',
      '\\',
      '\\u',
      '\\ud83d',
      '\\ude00',
      'd83d',
      '0',
      '-',
      '1',
      '.',
      'e',
      '+',
      'true',
      'null',
      'nul',
      ' ',
      '\n',
      '\u0000',
      '\u00e9',
      '\ud83d',
    );
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        let value: unknown;
        try {
          value = parseStrictJson(text);
        } catch (error) {
          expect(isStrictJsonError(error)).toBe(true);
          return;
        }
        accepted++;
        expect(value).toStrictEqual(JSON.parse(text));
      }),
      { numRuns: 20_000 },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  test('a valid document stays valid under any escaping of its strings', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const escaped = `"${[...text]
          .flatMap((c) => c.split(''))
          .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
          .join('')}"`;
        expect(parseStrictJson(escaped)).toBe(text);
      }),
    );
  });

  test.each([
    ['a member given twice', '{"a":1,\n "a":2}', 'JSON_DUPLICATE_KEY', '/a', 'line 2, column 2'],
    ['a member given twice, once escaped', '{"a":{"b":1,"\\u0062":2}}', 'JSON_DUPLICATE_KEY', '/a/b', 'line 1, column 13'],
    ['a member given twice, deeper down', '{"a":[0,{"b":1,"\\u0062":2}]}', 'JSON_DUPLICATE_KEY', '/a/1/b', 'column 16'],
    ['a member given twice whose name a pointer escapes', '{"a/b":{"c~":1,"c~":1}}', 'JSON_DUPLICATE_KEY', '/a~1b/c~0', 'column 16'],
    ['__proto__ in a member', '{"a":{"__proto__":{}}}', 'JSON_FORBIDDEN_KEY', '/a/__proto__', 'column 7'],
    ['__proto__ in a member, escaped', '{"a":{"\\u005f_proto__":{}}}', 'JSON_FORBIDDEN_KEY', '/a/__proto__', 'column 7'],
    ['__proto__', '{"a":[{"__proto__":{}}]}', 'JSON_FORBIDDEN_KEY', '/a/0/__proto__', 'line 1, column 8'],
    ['__proto__, escaped', '{"\\u005f_proto__":{}}', 'JSON_FORBIDDEN_KEY', '/__proto__', 'column 2'],
    ['a lone high surrogate, escaped', '["\\ud800"]', 'JSON_LONE_SURROGATE', '/0', 'column 3'],
    ['a lone low surrogate, escaped', '["ab\\udc00"]', 'JSON_LONE_SURROGATE', '/0', 'column 5'],
    ['a high surrogate before another escape', '["\\ud800\\u0041"]', 'JSON_LONE_SURROGATE', '/0', 'column 3'],
    ['two halves in the wrong order', '{"a":["x","\\uDC00\\uD800"]}', 'JSON_LONE_SURROGATE', '/a/1', 'column 12'],
    ['a lone surrogate as a character', '["\ud800"]', 'JSON_LONE_SURROGATE', '/0', 'column 3'],
    ['a lone surrogate as a character of a member', '{"a":"\ud800"}', 'JSON_LONE_SURROGATE', '/a', 'column 7'],
    ['a lone surrogate as a character of a name', '{"a":{"b\ud800":1}}', 'JSON_LONE_SURROGATE', '/a', 'column 9'],
    ['a lone surrogate where no string is', '{"a":\ud800}', 'JSON_SYNTAX', '/a', 'column 6'],
    ['a lone surrogate in the name of a member', '{"a":{"\\ud800":1}}', 'JSON_LONE_SURROGATE', '/a', 'column 8'],
    ['a lone surrogate in a name', '{"\\ud800":1}', 'JSON_LONE_SURROGATE', '', 'column 3'],
    ['an integer beyond 2^53', '{"n":9007199254740993}', 'JSON_NUMBER_NOT_EXACT', '/n', 'column 6'],
    ['2^53 itself, which stands for its neighbour too', '[-9007199254740992]', 'JSON_NUMBER_NOT_EXACT', '/0', 'column 2'],
    ['a number that overflows', '[1e999]', 'JSON_NUMBER_NOT_EXACT', '/0', 'column 2'],
    ['a number that vanishes', '[0.1e-999]', 'JSON_NUMBER_NOT_EXACT', '/0', 'column 2'],
    ['something after the value', '{} {}', 'JSON_TRAILING_CONTENT', '', 'column 4'],
    ['a leading zero', '[01]', 'JSON_SYNTAX', '', 'column 3'],
    ['a trailing comma', '[1,]', 'JSON_SYNTAX', '/1', 'column 4'],
    ['a comment', '{/**/}', 'JSON_SYNTAX', '', 'column 2'],
    ['single quotes', "{'a':1}", 'JSON_SYNTAX', '', 'column 2'],
    ['a raw line break in a string', '"a\nb"', 'JSON_SYNTAX', '', 'column 3'],
    ['an end in the middle', '{"a":', 'JSON_SYNTAX', '/a', 'column 6'],
    ['NaN', '[NaN]', 'JSON_SYNTAX', '/0', 'column 2'],
    ['nothing', '', 'JSON_SYNTAX', '', 'column 1'],
    ['a trailing comma in an object', '{"a":1,}', 'JSON_SYNTAX', '', 'column 8'],
    ['a string without its end', '{"a":"', 'JSON_SYNTAX', '/a', 'column 7'],
    ['an escape that there is not', '{"\\x":1}', 'JSON_SYNTAX', '', 'column 3'],
    ['a byte order mark', '\ufeff{}', 'JSON_SYNTAX', '', 'column 1'],
    ['closing brackets alone', ']]]', 'JSON_SYNTAX', '', 'column 1'],
  ])('refuses %s, and says where', (_what, text, code, pointer, position) => {
    const error = errorOf(text);
    expect(error).toMatchObject({ name: 'StrictJsonError', code, pointer });
    expect(error.message).toContain(`${position}:`);
    expect(error.message).toContain(`line ${error.line}, column ${error.column}: `);
    // Bytes are read as the text is; half a pair cannot stand in them.
    if (!/\p{Surrogate}/u.test(text)) expect(errorOf(utf8(text))).toMatchObject({ code, pointer, message: error.message });
  });

  test('keeps safe numbers, also in other notations', () => {
    expect(parseStrictJson('[9007199254740991, -0.5, 1e3, 0e5, 0.000, 1.50]')).toStrictEqual([9007199254740991, -0.5, 1000, 0, 0, 1.5]);
  });

  test('keeps members that only look dangerous as own members', () => {
    const value = parseStrictJson('{"constructor":{"prototype":1},"toString":2}') as object;
    expect(Object.keys(value)).toEqual(['constructor', 'toString']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  test('takes 64 levels and refuses the 65th', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(() => parseStrictJson(nested(64))).not.toThrow();
    expect(errorOf(nested(65))).toMatchObject({ code: 'JSON_TOO_DEEP', pointer: '/0'.repeat(64) });
    expect(() => parseStrictJson(nested(65), { maxDepth: 65 })).not.toThrow();
  });

  test.each([
    ['brackets', '['.repeat(5_000_000)],
    ['objects', '{"a":'.repeat(1_000_000)],
    ['an unclosed string', `"${'a'.repeat(5_000_000)}`],
    ['backslashes', `"${'\\\\'.repeat(2_500_000)}`],
    ['digits', `[${'1'.repeat(5_000_000)}]`],
    ['a mantissa without its exponent', `[${'1'.repeat(2_500_000)}.${'0'.repeat(2_500_000)}e]`],
    ['spaces', ' '.repeat(5_000_000)],
    ['half an array', `[${'0,'.repeat(2_500_000)}`],
    ['many members', `{${Array.from({ length: 300_000 }, (_, i) => `"m${i}":0`).join(',')},"m0":1}`],
  ])('refuses 5 MB of %s in linear time', (_what, text) => {
    const start = performance.now();
    expect(errorOf(text).code).toMatch(/^JSON_/);
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  test('never shows a name that is long or not printable, nor any value', () => {
    const error = errorOf(`{"a":{"${'n'.repeat(65)}":{"b":"secret value"x}}}`);
    expect(error.pointer).toBe('/a');
    expect(errorOf('{"a":{"b\\u202e":tru}}').pointer).toBe('/a');
    expect(errorOf('{"a/b":{"m~n":tru}}').pointer).toBe('/a~1b/m~0n');
    for (const { message, stack } of [error, errorOf('{"name": secret}')]) expect(`${message}${stack}`).not.toContain('secret');
  });

  test.each([
    'null',
    '0',
    '"a\\u00e9\\ud83d\\ude00"',
    '[1,[2,{"a":[]}],"]{,\\""]',
    '{"a":{"a":1},"b":[{"a":1},{"a":1}]}',
    ' {"x\\"":"😀"} ',
  ])('reads %s as JSON.parse does, as text and as bytes', (text) => {
    expect(parseStrictJson(text)).toEqual(JSON.parse(text));
    expect(parseStrictJson(utf8(text))).toEqual(JSON.parse(text));
  });

  test.each([
    ['a stray byte', [0xff]],
    ['an overlong encoding', [0x22, 0xc0, 0xaf, 0x22]],
    ['half of a surrogate pair', [0x22, 0xed, 0xa0, 0x80, 0x22]],
  ])('refuses bytes that are not UTF-8: %s', (_what, bytes) => {
    expect(errorOf(new Uint8Array(bytes))).toMatchObject({ code: 'JSON_NOT_UTF8', pointer: '', line: 0, column: 0 });
  });

  test('knows its error by brand, whichever copy of the package threw it', () => {
    const foreign = Object.assign(new Error('x'), { $divoc: 'strict-json-error' });
    expect([isStrictJsonError(foreign), isStrictJsonError(new SyntaxError('x')), isStrictJsonError('x')]).toEqual([true, false, false]);
  });
});
