import { expect, it } from 'vitest';
import { ruleContainer, uploadReader } from '../src/container.js';

it('works', () => {
  const column = { pointer: '/a', names: ['a'], schema: { type: 'integer' }, isRequired: true };
  const { reader } = uploadReader(
    ruleContainer(),
    { columns: [column] },
    { columns: [column], groups: ['/b'], scope: 'x:y', put: async () => 'created' },
  );
  expect(reader.read(2, ['7'])).toEqual({ number: 2, faults: [], notes: [], input: { a: 7, b: {} } });
});
