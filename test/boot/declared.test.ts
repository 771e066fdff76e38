import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { declare, definePlugin, definePort } from '../../core/api/index.js';
import { plan } from '../../core/kernel/plan.js';

const folder = mkdtempSync(join(tmpdir(), 'divoc-declared-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lamp = definePort<{ readonly on: boolean }, { readonly colour: string }>('lamp', 0);
const never = async () => {
  throw new Error('nothing is set up by a check');
};
const red = definePlugin()({ id: 'red', summary: 'A lamp.', provides: { lamp: declare(lamp, { colour: 'red' }) }, setup: never });
const plain = definePlugin()({ id: 'plain', summary: 'A lamp that says nothing of itself.', provides: { lamp }, setup: never });
const locked = definePlugin()({
  id: 'locked',
  summary: 'A lamp with a key.',
  config: { type: 'object', required: ['key'], properties: { key: { type: 'string', 'x-secret': true } } },
  provides: { lamp: declare(lamp, { colour: 'blue' }) },
  check: () => [{ code: 'LOOKED_INTO', message: 'without its key nobody looks into it' }],
  setup: never,
});

it('gives a check what all parts of the plan declare of a port, also those that lack a secret', async () => {
  const seen: unknown[] = [];
  const asker = definePlugin()({
    id: 'asker',
    summary: 'Asks for lamps.',
    check: ({ declared }) => {
      const lamps = declared(lamp);
      seen.push({ ...lamps }, lamps.first?.colour, declared(definePort('table', 0)));
      return [{ code: 'ASKED', message: 'it has asked' }];
    },
    setup: never,
  });
  const file = join(folder, 'adopter.yaml');
  const plugins =
    '  asker: { use: asker }\n  first: { use: red }\n  dark: { use: plain }\n  safe: { use: locked, with: { key: { $secret: KEY } } }\n';
  writeFileSync(file, `apiVersion: divoc/v1\nname: lamps\nplugins:\n${plugins}`);
  const made = await plan(file, { builtIns: {}, env: {}, tolerant: true, given: { asker, red, plain, locked } });
  expect(made.problems.map(({ code }) => code).sort()).toEqual(['ASKED', 'SECRET_MISSING']);
  expect(seen).toEqual([{ first: { colour: 'red' }, dark: undefined, safe: { colour: 'blue' } }, 'red', {}]);
});
