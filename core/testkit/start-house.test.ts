import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Actor, declareRoutes, definePlugin, identity, one, type State, state } from '../api/index.js';
import { handClock } from './hand-clock.js';
import { type StartedHouse, startHouse } from './start-house.js';

const table = {
  routes: {
    count: {
      method: 'POST',
      path: '/visits',
      scope: 'visits:count',
      summary: 'Counts a visit.',
      replies: { 200: { description: 'How many there were.' } },
    },
  },
} as const;
/** A plugin as its author has it in hand: not installed anywhere. */
const visitors = definePlugin<{ readonly greeting: string }>()({
  id: 'visitors-book',
  summary: 'Counts visits.',
  config: { type: 'object', additionalProperties: false, properties: { greeting: { type: 'string', default: 'hello' } } },
  uses: { state: one(state) },
  provides: { routes: declareRoutes(table), identity },
  setup: async ({ config, log }, { state }: { state: State }) => ({
    ports: {
      identity: { identify: async () => ({ scheme: 'visitor', subject: config.greeting, assurance: { ial: 0, basis: 'seen' } }) },
      routes: {
        table,
        handlers: {
          async count({ actor }: { actor: Actor | null }) {
            const before = await state.get('visits');
            await state.put('visits', { count: (before?.version ?? 0) + 1 }, before?.version ?? 0);
            log.info({ actor: actor?.id }, 'a visit');
            return { status: 200, body: { count: (before?.version ?? 0) + 1 } };
          },
        },
      },
    },
  }),
});

describe('startHouse', () => {
  let house: StartedHouse;
  const clock = handClock('2026-11-23T10:00:00.000Z');
  beforeAll(async () => {
    const roles = { guest: ['visits:count'], other: [] };
    house = await startHouse({
      manifest: { plugins: { book: { use: 'visitors-book' }, staff: { with: { roles } } } },
      plugins: [visitors],
      clock,
    });
  });
  afterAll(() => house.stop());

  it('serves a plugin in a real house, with its database and its tokens', async () => {
    const visit = async (role: string) => {
      const headers = { authorization: `Bearer ${await house.token(role)}` };
      return fetch(`${house.address}/x/book/visits`, { method: 'POST', headers });
    };
    expect(await (await visit('guest')).json()).toEqual({ count: 1 });
    expect(await (await visit('guest')).json()).toEqual({ count: 2 });
    expect((await visit('other')).status).toBe(403);
    expect((await fetch(`${house.address}/x/book/visits`, { method: 'POST' })).status).toBe(401);
    await expect(house.token('nobody')).rejects.toThrow("no role 'nobody'");
  });

  it('gives the ports of its parts, their health, and what they log', async () => {
    const use = { programme: 'p', claims: [], actor: 'a', act: 'x' };
    expect(await house.port(identity).identify({}, use)).toMatchObject({ subject: 'hello' });
    expect(await house.health()).toMatchObject({ book: { status: 'pass' }, database: { status: 'pass' } });
    expect(house.lines).toContainEqual(expect.objectContaining({ part: 'book', message: 'a visit', actor: 'local:guest' }));
  });
});

it('reads an adopter from its folder, runs some of its services, and leaves nothing behind', async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const house = await startHouse({ manifest: join(root, 'adopters', 'demo'), services: ['verification'] });
  expect((await fetch(`${house.address}/readyz`)).status).toBe(200);
  expect(Object.keys(await house.health())).toContain('verification');
  await house.stop();
  expect(existsSync(house.home)).toBe(false);
  await expect(fetch(`${house.address}/readyz`)).rejects.toThrow();
});

it('takes a plugin from the folder of its package', async () => {
  const folder = fileURLToPath(new URL('../../plugins/identity-none', import.meta.url));
  const house = await startHouse({ manifest: { plugins: { who: { use: 'identity-none' } } }, plugins: [folder] });
  const use = { programme: 'p', claims: [], actor: 'a', act: 'x' };
  expect(await house.port(identity, 'who').identify({ code: '7' }, use)).toMatchObject({ subject: '7' });
  await house.stop();
});

it('names what is wrong with a manifest', async () => {
  await expect(
    startHouse({ manifest: { plugins: { book: { use: 'visitors-book', with: { greting: 'x' } } } }, plugins: [visitors] }),
  ).rejects.toThrow(/CONFIG_UNKNOWN_KEY.*did you mean 'greeting'\?/);
});
