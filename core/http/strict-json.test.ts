import { expect, test } from 'vitest';
import { isRefusal, type Refusal } from '../api/refusal.js';
import { parseJsonBody } from './strict-json.js';

function refusalOf(body: string | Uint8Array): Refusal {
  try {
    parseJsonBody(Buffer.from(body));
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

test.each([
  ['{"a":1,\n "a":2}', 'JSON_DUPLICATE_KEY', '/a', 'line 2, column 2'],
  ['{"a":[{"__proto__":{}}]}', 'JSON_FORBIDDEN_KEY', '/a/0/__proto__', 'line 1, column 8'],
  ['["\\ud800"]', 'JSON_LONE_SURROGATE', '/0', 'line 1, column 3'],
  ['{"n":9007199254740993}', 'JSON_NUMBER_NOT_EXACT', '/n', 'line 1, column 6'],
  ['{} {}', 'JSON_TRAILING_CONTENT', '', 'line 1, column 4'],
  ['{"a": secret}', 'JSON_SYNTAX', '/a', 'line 1, column 7'],
  [`${'['.repeat(65)}${']'.repeat(65)}`, 'JSON_TOO_DEEP', '/0'.repeat(64), 'line 1, column 65'],
])('refuses %s, and says where and how to mend it', (text, code, pointer, position) => {
  const refusal = refusalOf(text);
  expect(refusal).toMatchObject({ status: 400, code: 'JSON_INVALID', errors: [{ code, pointer, detail: refusal.message }] });
  expect(refusal.message).toContain(`${position}: `);
  expect(refusal.errors[0]?.fix).toBeTruthy();
  expect(JSON.stringify([refusal.message, refusal.errors])).not.toContain('secret');
});

test.each([
  ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ['a byte order mark', Buffer.from('\ufeff{}')],
])('refuses %s', (_what, bytes) => {
  expect(refusalOf(bytes)).toMatchObject({ status: 400, code: 'BODY_NOT_UTF8', errors: [] });
});

test('gives the value of what is strict JSON', () => {
  expect(parseJsonBody(Buffer.from('{"name":"मित्र"}'))).toEqual({ name: 'मित्र' });
});
