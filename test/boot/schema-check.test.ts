import { expect, it } from 'vitest';
import { checkAgainst } from '../../core/kernel/schema-check.js';

const schemaOf = (port: string) => ({
  $id: 'https://acme.example/settings',
  type: 'object',
  additionalProperties: false,
  properties: { greeter: { type: 'string', 'x-instance': port }, fee: { type: 'integer', default: 3 } },
});

it('keeps schemas of one $id apart, and the annotations of each check', () => {
  const [a, b] = [schemaOf('greeting/0'), schemaOf('purse/0')];
  for (let round = 0; round < 2; round += 1) {
    const value = { greeter: 'front' };
    const first = checkAgainst(a, value, 'a');
    const second = checkAgainst(b, { greeter: 'money', fees: 1 }, 'b');
    expect(value).toEqual({ greeter: 'front', fee: 3 });
    expect(first).toMatchObject({ findings: [], annotations: [{ pointer: '/greeter', value: 'front', wants: 'greeting/0' }] });
    expect(second.annotations).toMatchObject([{ value: 'money', wants: 'purse/0' }]);
    expect(second.findings).toMatchObject([
      { code: 'UNKNOWN_KEY', pointer: '/fees', message: "b.fees is not a setting; did you mean 'fee'?" },
    ]);
  }
});

it('throws for a schema that is unsound, each time', () => {
  const unsound = { type: 'object', properties: { a: { type: 'strin' } } };
  for (let round = 0; round < 2; round += 1) expect(() => checkAgainst(unsound, {}, 'a')).toThrow();
});
