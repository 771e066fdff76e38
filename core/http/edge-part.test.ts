import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { Health } from '../api/plugin.js';
import type { RouteDeclaration, Routes } from '../api/ports/routes.js';
import { houseHealthOf, type RunningEdge, route, routesOf, startEdge } from './edge.fixture.js';

const running: RunningEdge[] = [];
async function start(...options: Parameters<typeof startEdge>): Promise<RunningEdge> {
  const edge = await startEdge(...options);
  running.push(edge);
  return edge;
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((edge) => edge.stop()));
});

describe('health', () => {
  const get = async (edge: RunningEdge, path: string) => {
    const reply = await fetch(edge.url + path);
    expect(reply.headers.get('content-type')).toBe('application/health+json');
    return [reply.status, await reply.json()];
  };

  test('follows the parts: fail is not ready, warn is', async () => {
    let answer: { started: boolean; parts: Record<string, Health> } = { started: false, parts: {} };
    const edge = await start({ health: houseHealthOf(() => answer) });
    expect(await get(edge, '/livez')).toEqual([200, { status: 'pass' }]);
    expect((await get(edge, '/startupz'))[0]).toBe(503);
    expect((await get(edge, '/readyz'))[0]).toBe(503);
    answer = { started: true, parts: { store: { status: 'pass' }, sms: { status: 'warn', detail: 'gateway 10.0.0.1 away' } } };
    expect(await get(edge, '/startupz')).toEqual([200, { status: 'pass' }]);
    expect(await get(edge, '/readyz')).toEqual([
      200,
      { status: 'warn', checks: { store: [{ status: 'pass' }], sms: [{ status: 'warn' }] } },
    ]);
    answer = { started: true, parts: { store: { status: 'fail', detail: 'disk' } } };
    expect(await get(edge, '/readyz')).toEqual([503, { status: 'fail', checks: { store: [{ status: 'fail' }] } }]);
    expect((await get(edge, '/livez'))[0]).toBe(200);
    expect(edge.logged.filter(({ message }) => message.startsWith('unwell')).map(({ message }) => message)).toEqual([
      'unwell: sms: warn',
      'unwell: store: fail',
    ]);
  });

  test('a house that cannot say is not ready', async () => {
    const edge = await start({ health: { check: () => Promise.reject(new Error('no answer')) } });
    expect((await fetch(`${edge.url}/readyz`)).status).toBe(500);
    expect((await fetch(`${edge.url}/livez`)).status).toBe(200);
  });
});

describe('the edge as a part', () => {
  test('stops being ready, ends what runs, and takes nothing new', async () => {
    let release = () => {};
    const waiting = new Promise<void>((resolve) => (release = resolve));
    const routes = { slow: routesOf({ get: [{}, async () => waiting.then(() => ({ status: 200, body: 'done' }))] }) };
    const edge = await startEdge({ routes }, { drainSeconds: 1 });
    const slow = fetch(`${edge.url}/x/slow`);
    await sleep(100);
    const stopped = edge.stop();
    await expect.poll(async () => (await fetch(`${edge.url}/readyz`)).status).toBe(503);
    await sleep(1200);
    release();
    expect(await (await slow).text()).toBe('done');
    await stopped;
    await expect(fetch(`${edge.url}/livez`)).rejects.toThrow();
  });

  test('cuts off a reader that does not read', { timeout: 15_000 }, async () => {
    const edge = await startEdge({
      routes: { big: routesOf({ get: [{}, async () => ({ status: 200, body: Buffer.alloc(50_000_000) })] }) },
    });
    await fetch(`${edge.url}/x/big`);
    const start = performance.now();
    await edge.stop();
    expect(performance.now() - start).toBeLessThan(6000);
  });

  test('carries out no more than it can, but stays alive', async () => {
    let release = () => {};
    const waiting = new Promise<void>((resolve) => (release = resolve));
    const routes = { slow: routesOf({ get: [{}, async () => waiting.then(() => ({ status: 200 }))] }) };
    const edge = await start({ routes }, { maxConcurrent: 1 });
    const first = fetch(`${edge.url}/x/slow`);
    await sleep(100);
    const second = await fetch(`${edge.url}/x/slow`);
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await fetch(`${edge.url}/livez`)).status).toBe(200);
    release();
    expect((await first).status).toBe(200);
    expect((await fetch(`${edge.url}/x/slow`)).status).toBe(200);
  });

  test('serves the document of all routes, and a page that fetches nothing from elsewhere', async () => {
    const edge = await start(
      { routes: { doses: routesOf({ read: [{ path: '/{id}' }, async () => ({ status: 200 })] }) } },
      { publicUrl: 'https://health.example' },
    );
    const document = (await (await fetch(`${edge.url}/openapi.json`)).json()) as { paths: object };
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Test', version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
      servers: [{ url: 'https://health.example' }],
    });
    expect(Object.keys(document.paths)).toEqual(['/x/doses/{id}', '/livez', '/readyz', '/startupz', '/openapi.json']);
    const page = await fetch(`${edge.url}/docs`);
    const html = await page.text();
    expect([page.status, page.headers.get('content-security-policy')]).toEqual([
      200,
      expect.stringContaining("default-src 'none'; script-src 'self';"),
    ]);
    const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => new URL(address as string, page.url));
    expect(assets.length).toBeGreaterThan(4);
    for (const address of assets) {
      expect(address.origin).toBe(edge.url);
      const asset = await fetch(address);
      expect([asset.status, (await asset.arrayBuffer()).byteLength > 0], address.pathname).toEqual([200, true]);
    }
    expect(html).not.toMatch(/<script>|on[a-z]+="/);
    expect(await (await fetch(`${edge.url}/docs/json`)).json()).toEqual(document);
    for (const path of ['/docs/static/none.js', '/docs/static/%2e%2e%2fpackage.json', '/docs/static/..%5cindex.js'])
      expect((await fetch(edge.url + path)).status).toBe(404);
  });

  test('prints its sub-parts as a readable tree', async () => {
    const edge = await start({ routes: { doses: routesOf({ read: [{}, async () => ({ status: 200 })] }) } });
    const line = edge.logged.find(({ message }) => message === 'edge plugins');
    const { tree } = (line ?? expect.unreachable('the tree is logged')).fields as { tree: string };
    for (const name of ['security-headers', 'problem-replies', 'access-log', 'raw-bodies', 'routes of doses', 'routes of http', 'api-docs'])
      expect(tree).toContain(name);
  });

  const handler = async () => ({ status: 200 });
  test.each<[string, Record<string, RouteDeclaration>, Routes['handlers'], RegExp]>([
    ['no scope', { a: { ...route({}), scope: '' } }, { a: handler }, /doses: route a must have a scope/],
    ['no handler', { a: route({}) }, {}, /route a has no handler/],
    ['a handler without a route', {}, { a: handler }, /handler a has no route/],
    ['an anonymous idempotent route', { a: route({ method: 'POST', idempotent: true }) }, { a: handler }, /cannot be idempotent/],
    ['a GET with a body', { a: route({ body: {} }) }, { a: handler }, /takes no body/],
    ['a path without its slash', { a: route({ path: 'b' }) }, { a: handler }, /starts with/],
    ['a wildcard', { a: route({ path: '/*' }) }, { a: handler }, /must not use \*/],
    ['a parameter of no name', { a: route({ path: '/{}' }) }, { a: handler }, /as \{name\}/],
    ['an unsound schema', { a: route({ method: 'POST', body: { type: 'text' } }) }, { a: handler }, /body schema of doses\.a is unsound/],
    ['two routes of one path', { a: route({ path: '/b' }), b: route({ path: '/b' }) }, { a: handler, b: handler }, /already declared/],
  ])('refuses to set up with %s', async (_what, declarations, handlers, message) => {
    await expect(startEdge({ routes: { doses: { table: { routes: declarations }, handlers } } })).rejects.toThrow(message);
  });

  test('refuses to set up with a path of its own taken', async () => {
    await expect(startEdge({ routes: { taken: routesOf({ live: [{ path: '/livez' }, handler] }, '') } })).rejects.toThrow(
      /already declared/,
    );
  });
});
