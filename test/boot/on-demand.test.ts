import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { definePlugin, definePort, many, one, optional } from '../../core/api/index.js';
import { plan } from '../../core/kernel/plan.js';
import { acmeDeployment } from './acme-plugins.js';

const folder = acmeDeployment();
const greeting = definePort<unknown>('greeting', 0);
const cellar = definePort<unknown>('cellar', 0);
const drink = definePort<unknown>('drink', 0);
const part = (id: string) => ({ id, summary: `A ${id}.`, setup: async () => ({ ports: {} as never }) });

const drinkSchema = { type: 'object', additionalProperties: false, properties: { drink: { type: 'string', default: 'tea' } } };
/** `guest` and `shy-guest` are services; the others wait until somebody calls for them. */
const builtIns = {
  host: { descriptor: definePlugin()({ ...part('host'), uses: { cellar: one(cellar) }, provides: { greeting } }), onDemand: true },
  cellar: { descriptor: definePlugin<object>()({ ...part('cellar'), config: drinkSchema, provides: { cellar } }), onDemand: true },
  choir: { descriptor: definePlugin()({ ...part('choir'), uses: { all: many(greeting) } }), onDemand: true },
  tap: { descriptor: definePlugin()({ ...part('tap'), provides: { drink } }), onDemand: true },
  guest: { descriptor: definePlugin()({ ...part('guest'), uses: { greeting: one(greeting) } }) },
  'shy-guest': { descriptor: definePlugin()({ ...part('shy-guest'), uses: { greeting: optional(greeting), drinks: many(drink) } }) },
};

function manifest(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'divoc-adopter-')), 'adopter.yaml');
  writeFileSync(file, `apiVersion: divoc/v1\nname: acme\n${text}`);
  return file;
}
const planned = async (text: string) => (await plan(manifest(text), { builtIns, folder, env: {} })).parts;
const names = async (text: string) => (await planned(text)).map(({ name }) => name);

describe('a built-in part on demand', () => {
  it('stays out when nobody needs it', async () => {
    expect(await names('')).toEqual([]);
  });

  it('comes with the part that cannot do without it, with what it needs itself, and with what gathers its port', async () => {
    expect(await names("plugins:\n  asks: { use: '@acme/seeker' }\n")).toEqual(['cellar', 'host', 'asks', 'choir']);
    expect(await names('services: { guest: {} }\n')).toEqual(['cellar', 'host', 'choir', 'guest']);
  });

  it('is not called by an optional need, nor by one that takes any number', async () => {
    expect(await names("plugins:\n  counts: { use: '@acme/counter' }\nservices: { shy-guest: {} }\n")).toEqual(['counts', 'shy-guest']);
  });

  it('leaves its place to a plugin that provides the same port', async () => {
    const text = "plugins:\n  front: { use: '@acme/greeter' }\n  asks: { use: '@acme/seeker' }\n";
    expect(await names(text)).toEqual(['front', 'asks', 'choir']);
  });

  it('is in anyway when it is listed, with its settings, and calls for others', async () => {
    expect(await names('services: { tap: {} }\n')).toEqual(['tap']);
    const parts = await planned('services:\n  host: {}\n  cellar: { with: { drink: milk } }\n');
    expect(parts.map(({ name, config }) => [name, config])).toEqual([
      ['cellar', { drink: 'milk' }],
      ['host', {}],
      ['choir', {}],
    ]);
    expect((await planned('services: { guest: {} }\n'))[0]!.config).toEqual({ drink: 'tea' });
  });

  it('has the place of the nearest entry that the manifest has', async () => {
    const file = manifest("plugins:\n  asks: { use: '@acme/seeker' }\nservices: {}\n");
    const { parts } = await plan(file, { builtIns, folder, env: {} });
    expect(parts.find(({ name }) => name === 'host')!.position).toEqual({ file, line: 5, column: 1 });
  });

  it('does not share its name with a plugin', async () => {
    const clash = planned("plugins:\n  cellar: { use: '@acme/seeker' }\n");
    await expect(clash).rejects.toThrow(/:4:3 {2}MANIFEST_NAME_TAKEN {2}'cellar' is the name of a service/);
    expect(await names("plugins:\n  host: { use: '@acme/greeter' }\n")).toEqual(['host', 'choir']);
  });
});

it('a name that every object inherits is no service and no instance', async () => {
  await expect(planned('services: { constructor: {} }\n')).rejects.toThrow(/MANIFEST_UNKNOWN_SERVICE/);
  const text = "plugins:\n  counts: { use: '@acme/counter', with: { greeter: constructor } }\n";
  await expect(planned(text)).rejects.toThrow(/MANIFEST_UNKNOWN_INSTANCE/);
});
