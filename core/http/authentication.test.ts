import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Auth } from '../api/ports/auth.js';
import type { Routes } from '../api/ports/routes.js';
import { plainAuth, type RunningEdge, routesOf, startEdge } from './edge.fixture.js';

describe('who may ask', () => {
  let edge: RunningEdge;
  beforeAll(async () => {
    const read: Routes = routesOf({
      post: [{ method: 'POST', scope: 'echo:read', body: {} }, async ({ actor }) => ({ status: 200, body: actor })],
    });
    edge = await startEdge({ routes: { read }, auth: { silent: { authenticate: async () => null }, plain: plainAuth } });
  });
  afterAll(() => edge.stop());
  const ask = (authorization?: string, body = '{}') =>
    fetch(`${edge.url}/x/read`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
    });
  const problem = async (reply: Response) => (await reply.json()) as { status: number; code: string; detail: string };

  test.each([
    ['nobody', undefined, 401, 'UNAUTHENTICATED', 'Bearer'],
    ['a stranger', 'Basic abc', 401, 'UNAUTHENTICATED', 'Bearer'],
    ['a forger', 'Bearer forged:echo:read', 401, 'TOKEN_FORGED', 'Bearer error="invalid_token"'],
    ['one without scopes', 'Bearer ann', 403, 'SCOPE_MISSING', 'Bearer error="insufficient_scope", scope="echo:read"'],
    ['one with a longer scope', 'Bearer ann:echo:readx echo:* echo', 403, 'SCOPE_MISSING', undefined],
  ])('%s may not', async (_who, authorization, status, code, challenge) => {
    const reply = await ask(authorization);
    if (challenge !== undefined) expect(reply.headers.get('www-authenticate')).toBe(challenge);
    const document = await problem(reply);
    expect(document).toMatchObject({ status, code });
    if (status === 403) expect(document.detail).toContain('echo:read');
  });

  test('the holder of the scope may', async () => {
    expect(await (await ask('Bearer ann:other:x echo:read')).json()).toEqual({ id: 'ann', roles: [], scopes: ['other:x', 'echo:read'] });
  });

  test('strangers are sent away before their body is looked at', async () => {
    expect(await problem(await ask(undefined, '['.repeat(2_000_000)))).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('an auth plugin that is broken', () => {
  const NOBODY: Auth = { authenticate: async () => null };
  const broken: [string, () => unknown][] = [
    ['throws', () => Promise.reject(new Error('the database is gone'))],
    ['gives nothing', () => undefined],
    ['says yes', () => true],
    ['gives an actor without an id', () => ({ id: '', roles: [], scopes: ['echo:read'] })],
    ['gives an actor without scopes', () => ({ id: 'ann', roles: [] })],
    ['gives scopes as a text', () => ({ id: 'ann', roles: [], scopes: 'echo:read' })],
  ];
  test.each(broken)('%s: nobody gets in, whatever its place', async (_name, answer) => {
    const bad = { authenticate: async () => answer() } as unknown as Auth;
    for (const auth of [{ bad }, { NOBODY, bad }, { bad, plainAuth }]) {
      const edge = await startEdge({ routes: { read: routesOf({ get: [{ scope: 'echo:read' }, async () => ({ status: 200 })] }) }, auth });
      const reply = await fetch(`${edge.url}/x/read`, { headers: { authorization: 'Bearer ann:echo:read' } });
      await edge.stop();
      expect(reply.status).toBe(500);
    }
  });

  test('does no harm to those whom a plugin before it knows', async () => {
    const bad: Auth = { authenticate: () => Promise.reject(new Error('gone')) };
    const edge = await startEdge({
      routes: { read: routesOf({ get: [{ scope: 'echo:read' }, async () => ({ status: 200 })] }) },
      auth: { plainAuth, bad },
    });
    const status = async (token: string) => (await fetch(`${edge.url}/x/read`, { headers: { authorization: token } })).status;
    expect([await status('Bearer ann:echo:read'), await status('Basic x')]).toEqual([200, 500]);
    await edge.stop();
  });
});
