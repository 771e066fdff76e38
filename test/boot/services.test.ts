import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { definePlugin, definePort, many, one, optional } from '../../core/api/index.js';
import { planAdopter } from '../../core/cli/deployment.js';
import { plan } from '../../core/kernel/plan.js';
import { migrationsOf } from '../../core/store/migrate.js';
import { root } from '../architecture/sources.js';
import { acmeDeployment } from './acme-plugins.js';

const demo = join(root, 'adopters', 'demo');
const ofDemo = async (...services: string[]) => (await planAdopter(demo, {}, { services })).parts.map(({ name }) => name).sort();

describe('a plan of some services', () => {
  it('has what they need, and leaves out all else', async () => {
    expect(await ofDemo('verification')).toEqual(['credential', 'http', 'staff', 'verification']);
    const issuing = await ofDemo('certificates', 'verification');
    expect(issuing).toEqual(
      expect.arrayContaining(['certificates', 'credential', 'database', 'keys', 'page', 'pdf', 'store', 'verification']),
    );
    for (const absent of ['vaccination', 'walk-in', 'government', 'download', 'divoc-api']) expect(issuing).not.toContain(absent);
  });

  it('brings the services that one of them cannot do without', async () => {
    expect(await ofDemo('vaccination')).toEqual(expect.arrayContaining(['certificates', 'download', 'walk-in', 'divoc-api', 'dispatcher']));
    expect(await ofDemo('vaccination')).not.toContain('verification');
  });

  it('declares the tables of those alone', async () => {
    const owners = migrationsOf(await planAdopter(demo, {}, { services: ['certificates'] })).map(({ owner }) => owner);
    expect(owners).toContain('certificates');
    expect(owners).not.toContain('vaccination');
    expect(migrationsOf(await planAdopter(demo, {}, { services: ['verification'] }))).toEqual([]);
  });

  it('names a service that the manifest does not list, and the nearest that it does', async () => {
    await expect(ofDemo('verificaton')).rejects.toThrow(
      /SERVICE_NOT_LISTED {2}this manifest lists no service 'verificaton'; did you mean 'verification'\?/,
    );
    await expect(ofDemo('nonsense')).rejects.toThrow(/'nonsense'; listed are: certificates, vaccination/);
    await expect(ofDemo('constructor')).rejects.toThrow(/SERVICE_NOT_LISTED/);
  });
});

describe('what is left out', () => {
  const folder = acmeDeployment();
  const greeting = definePort<unknown>('greeting', 0);
  const purse = definePort<unknown>('purse', 0);
  const door = definePort<unknown>('door', 0);
  const part = (id: string) => ({ id, summary: `A ${id}.`, setup: async () => ({ ports: {} as never }) });
  const config = { type: 'object', properties: { with: { type: 'string', 'x-instance': 'purse/0' } } };
  const builtIns = {
    hall: { descriptor: definePlugin()({ ...part('hall'), uses: { doors: many(door), greetings: many(greeting) } }), always: true },
    shop: { descriptor: definePlugin<object>()({ ...part('shop'), config, uses: { purses: optional(purse) }, provides: { door } }) },
    club: { descriptor: definePlugin<object>()({ ...part('club'), config, provides: { door } }) },
    gate: { descriptor: definePlugin()({ ...part('gate'), uses: { purse: one(purse) }, provides: { door } }) },
  };
  const planned = async (text: string, ...services: string[]) => {
    const file = join(mkdtempSync(join(tmpdir(), 'divoc-adopter-')), 'adopter.yaml');
    writeFileSync(file, `apiVersion: divoc/v1\nname: acme\n${text}`);
    return plan(file, { builtIns, folder, env: {}, services });
  };
  const names = async (text: string, ...services: string[]) => (await planned(text, ...services)).parts.map(({ name }) => name).sort();
  const text = `plugins:
  till: { use: '@acme/purse', with: { token: { $secret: TILL } } }
  front: { use: '@acme/greeter' }
services: { shop: {}, club: { with: { with: till } } }
`;

  it('needs no secrets, and may be named in a setting', async () => {
    await expect(planned(text, 'shop')).rejects.toThrow(/SECRET_MISSING/);
    const made = await planned(text, 'club');
    expect([made.secrets, made.leftOut]).toEqual([[], ['till', 'shop']]);
  });

  it('is still misspelt where it is', async () => {
    await expect(planned(text.replace('with: till', 'with: tilt'), 'club')).rejects.toThrow(
      /MANIFEST_UNKNOWN_INSTANCE.*did you mean 'till'/,
    );
  });

  it('is not a plugin that only adds to what runs anyway, and is one whose service is absent', async () => {
    // The greeter serves the hall alone; so does the purse's user, were it not for the purse.
    expect(await names(text, 'club')).toEqual(['club', 'front', 'hall']);
    const asks = `plugins:\n  front: { use: '@acme/greeter' }\n  asks: { use: '@acme/seeker' }\nservices: { club: {} }\n`;
    expect(await names(asks, 'club')).toEqual(['club', 'front', 'hall']);
  });
});
