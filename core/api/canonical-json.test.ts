import { expect, it } from 'vitest';
import { canonicalJson, contentHash } from './canonical-json.js';

// RFC 8785, section 3.2.2 and its result in 3.2.4 (numbers, escapes) and 3.2.3 (order by UTF-16 units).
it('gives the form of RFC 8785', () => {
  const value = JSON.parse(
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
  );
  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
  expect(canonicalJson({ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 })).toBe(
    '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
  );
});

it('does not depend on the order of members', () => {
  expect(contentHash({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(contentHash({ b: [{ d: 3, c: 2 }], a: 1 }));
  expect(contentHash({ a: [1, 2] })).not.toBe(contentHash({ a: [2, 1] }));
  expect(contentHash({})).toBe('RBNvo1WzZ4oRRq0W9-hknpT7T8If536DEMBg9hyq_4o');
});

// RFC 8785, appendix B: IEEE 754 doubles by their bits, and what becomes of them.
it.each([
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
])('writes the double %s as %s', (bits, text) => {
  expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
});

it('escapes what JCS escapes and nothing else', () => {
  expect(canonicalJson('\u0000\b\t\n\u000b\f\r\u001f "\\/\u007f\u0085\u2028\u2029\ufeff\u{1f600}')).toBe(
    '"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f \\"\\\\/\u007f\u0085\u2028\u2029\ufeff\u{1f600}"',
  );
  // No normalisation: two ways to write one letter stay two texts.
  expect(canonicalJson('\u00e9')).not.toBe(canonicalJson('e\u0301'));
});

class Lot {
  readonly number = 'MB3428BX';
}

it.each<[string, unknown]>([
  ['undefined', undefined],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['a function', () => 1],
  ['a bigint', 1n],
  ['a symbol', Symbol('x')],
  ['half of a pair', '\ud800'],
  ['the other half', 'x\udc00'],
  ['a name with half of a pair', { '\ud800': 1 }],
  ['an undefined member', { a: undefined }],
  ['an undefined element', [undefined]],
  ['a hole in an array', new Array(1)],
  ['a Date', new Date(0)],
  ['a Date within', { a: [new Date(0)] }],
  ['a Map', new Map([['a', 1]])],
  ['a boxed string', Object('x')],
  ['bytes', new Uint8Array([1])],
  ['an instance of a class', new Lot()],
])('refuses %s', (_, value) => {
  expect(() => canonicalJson(value)).toThrow(TypeError);
});

it('takes objects without a prototype, and members that only look special', () => {
  expect(canonicalJson(Object.assign(Object.create(null), { b: 1, a: 2 }))).toBe('{"a":2,"b":1}');
  expect(canonicalJson(JSON.parse('{"__proto__":1,"toJSON":2,"constructor":3}'))).toBe('{"__proto__":1,"constructor":3,"toJSON":2}');
});
