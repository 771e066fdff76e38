import { afterEach, describe, expect, test } from 'vitest';
import { Refusal } from '../api/refusal.js';
import type { Idempotency } from '../internal/idempotency.js';
import { memoryIdempotency, plainAuth, type RunningEdge, routesOf, startEdge } from './edge.fixture.js';

const running: RunningEdge[] = [];
async function start(...options: Parameters<typeof startEdge>): Promise<RunningEdge> {
  const edge = await startEdge(...options);
  running.push(edge);
  return edge;
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((edge) => edge.stop()));
});

describe('Idempotency-Key', () => {
  let calls = 0;
  let failWith: unknown;
  let release: (() => void) | undefined;
  const record = routesOf({
    create: [
      { method: 'POST', path: '/{id}', scope: 'dose:record', idempotent: true, body: {} },
      async ({ body, params }) => {
        calls++;
        if (failWith) throw failWith;
        if (body === 'wait') await new Promise<void>((resolve) => (release = resolve));
        return { status: 201, headers: { Location: `/doses/${params.id}` }, body: { calls } };
      },
    ],
    binary: [
      { method: 'POST', path: '/binary', scope: 'dose:record', idempotent: true, body: {} },
      async () => ({ status: 200, body: new Uint8Array(1) }),
    ],
    plain: [{ method: 'POST', path: '/plain', scope: 'dose:record', body: {} }, async () => ({ status: 200, body: ++calls })],
  });
  const begin = async (idempotency?: Idempotency) => {
    calls = 0;
    failWith = undefined;
    const edge = await start({ routes: { doses: record }, auth: { plain: plainAuth }, ...(idempotency && { idempotency }) });
    return (body: unknown, key?: string, { path = '/1', actor = 'ann' } = {}) =>
      fetch(`${edge.url}/x/doses${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${actor}:dose:record`,
          ...(key !== undefined && { 'idempotency-key': key }),
        },
      });
  };
  const code = async (reply: Response) => [reply.status, ((await reply.json()) as { code: string }).code];

  test('the same request is carried out once and answered alike', async () => {
    const send = await begin(memoryIdempotency());
    const first = await send({ dose: 1 }, 'k1');
    const second = await send({ dose: 1 }, 'k1');
    expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([201, null]);
    expect([second.status, second.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    for (const name of ['location', 'content-type']) expect(second.headers.get(name)).toBe(first.headers.get(name));
    expect(await second.text()).toBe(await first.text());
    expect(calls).toBe(1);
  });

  test('without a key, with another, or of another actor, it is another request', async () => {
    const send = await begin(memoryIdempotency());
    await send(1, 'k1');
    await send(1);
    await send(1, 'k2');
    await send(1, 'k1', { actor: 'ben' });
    expect(calls).toBe(4);
  });

  test('a key with another body, or for another record, is refused', async () => {
    const send = await begin(memoryIdempotency());
    await send({ dose: 1 }, 'k1');
    expect(await code(await send({ dose: 2 }, 'k1'))).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect(await code(await send({ dose: 1 }, 'k1', { path: '/2' }))).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect(calls).toBe(1);
  });

  test('a key whose request still runs is told to wait', async () => {
    const send = await begin(memoryIdempotency());
    const first = send('wait', 'k1');
    await expect.poll(() => release).toBeDefined();
    const second = await send('wait', 'k1');
    expect(second.headers.get('retry-after')).toBe('1');
    expect(await code(second)).toEqual([409, 'IDEMPOTENCY_KEY_RUNNING']);
    release?.();
    expect((await first).status).toBe(201);
  });

  test('a refusal is kept', async () => {
    const send = await begin(memoryIdempotency());
    failWith = new Refusal(409, 'DOSE_CONFLICT', 'Another dose.');
    await send(1, 'k1');
    failWith = undefined;
    const again = await send(1, 'k1');
    expect([again.headers.get('idempotency-replayed'), again.headers.get('content-type')]).toEqual(['true', 'application/problem+json']);
    expect(await code(again)).toEqual([409, 'DOSE_CONFLICT']);
  });

  test.each([
    ['a fault', new Error('broken'), 500],
    ['"not now"', new Refusal(503, 'SIGNER_AWAY', 'Later.'), 503],
    ['"too many"', new Refusal(429, 'TOO_MANY', 'Later.'), 429],
  ])('%s is not kept', async (_what, error, status) => {
    const send = await begin(memoryIdempotency());
    failWith = error;
    expect((await send(1, 'k1')).status).toBe(status);
    failWith = undefined;
    expect((await send(1, 'k1')).status).toBe(201);
  });

  test('a body that is refused uses up no key', async () => {
    const send = await begin(memoryIdempotency());
    await fetch(`${running[0]?.url}/x/doses/1`, {
      method: 'POST',
      body: '{',
      headers: { 'content-type': 'application/json', authorization: 'Bearer ann:dose:record', 'idempotency-key': 'k1' },
    });
    expect((await send(1, 'k1')).status).toBe(201);
  });

  test('a reply that could not be kept is still given', async () => {
    const send = await begin({ ...memoryIdempotency(), finish: async () => Promise.reject(new Error('disk full')) });
    expect((await send(1, 'k1')).status).toBe(201);
    expect(running[0]?.logged.some(({ level }) => level === 'error')).toBe(true);
  });

  test.each(['', 'a b', 'é', 'x'.repeat(256)])('the key %j is refused', async (key) => {
    const send = await begin(memoryIdempotency());
    expect(await code(await send(1, key))).toEqual([400, 'IDEMPOTENCY_KEY_INVALID']);
    expect(calls).toBe(0);
  });

  test('where nothing keeps keys, a promise is not made', async () => {
    const send = await begin();
    expect(await code(await send(1, 'k1'))).toEqual([400, 'IDEMPOTENCY_UNAVAILABLE']);
    expect((await send(1)).status).toBe(201);
    expect((await send(1, 'k1', { path: '/plain' })).status).toBe(200);
  });

  test('bytes cannot be kept, so that such a route fails at once', async () => {
    const send = await begin(memoryIdempotency());
    expect((await send(1, 'k1', { path: '/binary' })).status).toBe(500);
  });
});
