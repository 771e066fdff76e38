import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routeMistakes } from '../internal/route-check.js';
import { memoryIdempotency, plainAuth, type RunningEdge, route, routesOf, startEdge } from './edge.fixture.js';
import { openapiDocument } from './openapi.js';

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const raw = { mediaTypes: ['text/csv', 'image/png'] };

let edge: RunningEdge;
let handled = 0;
beforeAll(async () => {
  const routes = routesOf({
    take: [
      { method: 'POST', raw, bodyLimit: 2_000_000 },
      async ({ body }) => ({ status: 200, body: { bytes: body instanceof Uint8Array, hash: hash(body as Uint8Array) } }),
    ],
    once: [
      { method: 'POST', path: '/once', scope: 'a:b', raw, idempotent: true },
      async () => ({ status: 200, body: { handled: ++handled } }),
    ],
    crash: [
      { method: 'POST', path: '/crash', raw },
      async ({ body }) => {
        throw new Error(`no such table for ${Buffer.from(body as Uint8Array).toString()}`);
      },
    ],
  });
  edge = await startEdge({ routes: { files: routes }, auth: { plainAuth }, idempotency: memoryIdempotency() });
});
afterAll(() => edge.stop());

const post = (body: Uint8Array | string, type: string | undefined = 'text/csv', path = '', headers: Record<string, string> = {}) =>
  fetch(`${edge.url}/x/files${path}`, {
    method: 'POST',
    body: (typeof body === 'string' ? Buffer.from(body) : body) as never,
    headers: { ...(type !== undefined && { 'content-type': type }), ...headers },
  });
const problem = async (reply: Promise<Response>) => (await (await reply).json()) as { status: number; code: string; detail: string };

describe('a raw body', () => {
  test.each<[string, Uint8Array]>([
    ['text', Buffer.from('a;b\r\n1;é\r\n')],
    ['bytes that are no text', Uint8Array.from({ length: 70_000 }, (_, i) => (i * 7919) % 256)],
    ['a byte order mark', Buffer.from('\ufeffa,b', 'utf16le')],
    ['JSON', Buffer.from('{"a":1,"a":2}')],
  ])('reaches the handler as it came: %s', async (_what, bytes) => {
    expect(await (await post(bytes)).json()).toEqual({ bytes: true, hash: hash(bytes) });
  });

  test('may have parameters in its media type, in any case', async () => {
    expect((await post('a', 'Text/CSV; charset=utf-16; header=present')).status).toBe(200);
    expect((await post('a', 'image/png')).status).toBe(200);
  });

  test.each(['application/json', 'text/csvx', 'text/*', '*/*', 'garbage', ''])('is refused when it is called %s', async (type) => {
    const document = await problem(post('a', type));
    expect(document).toMatchObject({ status: 415, code: 'RAW_TYPE_UNSUPPORTED' });
    expect(document.detail).toContain('text/csv, image/png');
  });

  test('is refused compressed, empty, and too large', async () => {
    expect(await problem(post('a', 'text/csv', '', { 'content-encoding': 'gzip' }))).toMatchObject({ status: 415 });
    expect(await problem(post(''))).toMatchObject({ status: 400, code: 'BODY_MISSING' });
    expect(await problem(post(new Uint8Array(2_000_001)))).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
    expect((await post(new Uint8Array(2_000_000))).status).toBe(200);
  });

  test('is part of what an Idempotency-Key names', async () => {
    const send = async (body: string) =>
      post(body, 'text/csv', '/once', { authorization: 'Bearer ann:a:b', 'idempotency-key': 'k' }).then(async (reply) => [
        reply.status,
        await reply.json(),
      ]);
    expect(await send('a')).toEqual([200, { handled: 1 }]);
    expect(await send('a')).toEqual([200, { handled: 1 }]);
    expect(await send('b')).toMatchObject([422, { code: 'IDEMPOTENCY_KEY_REUSED' }]);
  });

  test('stands in no log, whatever a fault says of it', async () => {
    expect(await problem(post('name\nAsha Perera\n', 'text/csv', '/crash'))).toMatchObject({ status: 500, code: 'INTERNAL' });
    expect(JSON.stringify(edge.logged)).not.toContain('Asha');
    expect(JSON.stringify(edge.logged)).toContain('(left out)');
  });
});

test('its media types stand in the OpenAPI document', () => {
  const tables = { files: { routes: { take: route({ method: 'POST', raw }) } } };
  const { paths } = openapiDocument(tables, { title: 'Test', version: '1' });
  expect(paths['/x/files']?.post).toMatchObject({ requestBody: { required: true, content: { 'text/csv': {}, 'image/png': {} } } });
});

test.each([
  [{ method: 'GET' as const, raw }, 'is a GET and takes no body'],
  [{ method: 'POST' as const, raw, body: {} }, 'takes its body parsed or raw, not both'],
  [{ method: 'POST' as const, raw: { mediaTypes: [] } }, 'must list the media types'],
  [{ method: 'POST' as const, raw: { mediaTypes: ['text/csv; charset=utf-8'] } }, 'must list the media types'],
  [{ method: 'POST' as const, raw: { mediaTypes: ['*/*'] } }, 'must list the media types'],
])('a route that declares it wrongly is found: %j', (declaration, mistake) => {
  expect(routeMistakes(routesOf({ take: [declaration, async () => ({ status: 200 })] }))).toEqual([expect.stringContaining(mistake)]);
});
