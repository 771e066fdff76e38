import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Refusal } from '../api/refusal.js';
import { type RunningEdge, routesOf, startEdge } from './edge.fixture.js';

const echo = async ({ body, params, query }: { body: unknown; params: object; query: object }) => ({
  status: 200,
  body: { body: body ?? null, params, query },
});
const bodySchema = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: { name: { type: 'string', 'x-personal': true }, count: { type: 'integer' }, list: { type: 'array' } },
};

let edge: RunningEdge;
beforeAll(async () => {
  const routes = {
    echo: routesOf({
      post: [{ method: 'POST', body: bodySchema }, echo],
      any: [{ method: 'POST', path: '/any', body: {}, bodyLimit: 6_000_000 }, echo],
      small: [{ method: 'POST', path: '/small', body: {}, bodyLimit: 20 }, echo],
      read: [{ path: '/items/{id}' }, echo],
      drop: [{ method: 'DELETE', path: '/items/{id}' }, echo],
      act: [{ path: '/act:now' }, echo],
      page: [{ path: '/page' }, async () => ({ status: 200, body: '<p>é</p>', mediaType: 'text/html' })],
      own: [
        { path: '/own' },
        async () => ({
          status: 200,
          body: new Uint8Array([1, 2]),
          headers: { 'Cache-Control': 'max-age=9', 'Content-Security-Policy': "default-src 'self'" },
          mediaType: 'image/png',
        }),
      ],
      empty: [{ path: '/empty' }, async () => ({ status: 204 })],
      refuse: [
        { path: '/refuse' },
        async () =>
          Promise.reject(
            new Refusal(409, 'DOSE_CONFLICT', 'Another dose.', {
              errors: [{ pointer: '/dose', code: 'DIFFERENT', detail: 'differs' }],
              headers: { 'Retry-After': '7' },
            }),
          ),
      ],
      crash: [
        { method: 'POST', path: '/crash/{id}', body: bodySchema },
        async ({ body, params, query }) => {
          throw new TypeError(`insert into person values ('O Neill') for ${(body as { name: string }).name}, ${params.id} and ${query.q}`, {
            cause: new Error('disk gone'),
          });
        },
      ],
    }),
    root: routesOf({ known: [{ path: '/.well-known/did.json' }, echo] }, ''),
  };
  edge = await startEdge({ routes });
});
afterAll(() => edge.stop());

const url = (path: string) => `${edge.url}/x/echo${path}`;
const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  fetch(url(path), { method: 'POST', body: body as never, headers: { 'content-type': 'application/json', ...headers } });
async function problem(reply: Response | Promise<Response>) {
  const answer = await reply;
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const document = (await answer.json()) as {
    status: number;
    code: string;
    title: string;
    type: string;
    detail: string;
    incident?: string;
    errors?: { pointer: string; code: string }[];
  };
  expect(document.status).toBe(answer.status);
  expect(document.type).toBe(`urn:divoc:problem:${document.code.toLowerCase().replaceAll('_', '-')}`);
  return document;
}
/** Sends bytes as they are and gives all that comes back. */
function raw(text: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(edge.url).port), '127.0.0.1', () => socket.write(text));
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('bodies', () => {
  test('a good one reaches the handler as it was sent', async () => {
    const body = { name: 'Zoë 🦋', count: 1, list: [null, { constructor: 1 }] };
    expect(await (await post('', JSON.stringify(body))).json()).toEqual({ body, params: {}, query: {} });
    expect((await post('', '{"name":"a"}', { 'content-type': 'application/ld+json; charset=UTF-8' })).status).toBe(200);
  });

  test.each<[string, string | Buffer, number, string, string?, string?]>([
    ['missing', '', 400, 'BODY_MISSING'],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, 'BODY_NOT_UTF8'],
    ['an overlong encoding', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 400, 'BODY_NOT_UTF8'],
    ['a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 400, 'BODY_NOT_UTF8'],
    ['a byte order mark', Buffer.from('\ufeff{"name":"a"}'), 400, 'BODY_NOT_UTF8'],
    ['UTF-16', Buffer.from('{"name":"a"}', 'utf16le'), 400, 'JSON_INVALID', '', 'JSON_SYNTAX'],
    ['not JSON', 'name=a', 400, 'JSON_INVALID', '', 'JSON_SYNTAX'],
    ['two members of one name', '{"name":"a","name":"b"}', 400, 'JSON_INVALID', '/name', 'JSON_DUPLICATE_KEY'],
    ['a lone surrogate', '{"name":"\\ud800"}', 400, 'JSON_INVALID', '/name', 'JSON_LONE_SURROGATE'],
    ['__proto__', '{"__proto__":{"name":"a"}}', 400, 'JSON_INVALID', '/__proto__', 'JSON_FORBIDDEN_KEY'],
    ['constructor', '{"name":"a","constructor":1}', 400, 'BODY_INVALID', '/constructor', 'FIELD_UNKNOWN'],
    ['a missing member', '{}', 400, 'BODY_INVALID', '/name', 'FIELD_MISSING'],
    ['a wrong type', '{"name":"a","count":"1"}', 400, 'BODY_INVALID', '/count', 'FIELD_WRONG_TYPE'],
    ['null', 'null', 400, 'BODY_INVALID', '', 'FIELD_WRONG_TYPE'],
    ['a huge number', '{"name":"a","count":12345678901234567890}', 400, 'JSON_INVALID', '/count', 'JSON_NUMBER_NOT_EXACT'],
    ['over a megabyte', JSON.stringify({ name: 'x'.repeat(1024 * 1024) }), 413, 'BODY_TOO_LARGE'],
  ])('%s is refused', async (_what, body, status, code, pointer, fault) => {
    const document = await problem(post('', body));
    expect(document).toMatchObject({ status, code });
    expect(document.errors?.[0]).toEqual(
      fault === undefined ? undefined : expect.objectContaining({ pointer, code: fault, fix: expect.any(String) }),
    );
  });

  test('5 MB of nesting is refused and not a fault', async () => {
    for (const opening of ['[', '{"a":']) {
      expect(await problem(post('/any', opening.repeat(Math.floor(5_000_000 / opening.length))))).toMatchObject({
        status: 400,
        code: 'JSON_INVALID',
        errors: [{ code: 'JSON_TOO_DEEP' }],
      });
    }
  });

  test('a route sets its own limit, also for bodies of unknown length', async () => {
    expect((await post('/small', '"12345678901234567"')).status).toBe(200);
    expect(await problem(post('/small', '"1234567890123456789"'))).toMatchObject({ code: 'BODY_TOO_LARGE' });
    const chunked = await raw(
      `POST /x/echo/small HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n"${'x'.repeat(62)}"\r\n0\r\n\r\n`,
    );
    expect(chunked).toMatch(/^HTTP\/1\.1 413 [\s\S]*BODY_TOO_LARGE/);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'application/json; charset=iso-8859-1', 'garbage'])(
    'the type %s is refused',
    async (type) => {
      expect(await problem(post('', '{"name":"a"}', { 'content-type': type }))).toMatchObject({
        status: 415,
        code: 'MEDIA_TYPE_UNSUPPORTED',
      });
    },
  );

  test('a body without a type, or compressed, is refused', async () => {
    expect(await problem(fetch(url(''), { method: 'POST', body: Buffer.from('{"name":"a"}') as never }))).toMatchObject({ status: 415 });
    expect(await problem(post('', '{"name":"a"}', { 'content-encoding': 'gzip' }))).toMatchObject({ status: 415 });
  });

  test('a body where none is taken is refused', async () => {
    const init = { body: '{}', headers: { 'content-type': 'application/json' } };
    expect(await problem(fetch(url('/items/1'), { method: 'DELETE', ...init }))).toMatchObject({ status: 400, code: 'BODY_NOT_ALLOWED' });
    expect((await fetch(url('/items/1'), { method: 'DELETE' })).status).toBe(200);
    expect(await raw('GET /x/echo/items/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}')).toContain(
      'BODY_NOT_ALLOWED',
    );
  });

  test('no bytes at all make a 5xx, and none come back in the answer', async () => {
    const anything = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      fc.json({ stringUnit: 'binary' }).map((text) => Buffer.from(text)),
      fc
        .record({ name: fc.anything(), ZZSECRETZZ: fc.constant('ZZSECRETZZ') })
        .map((value) => Buffer.from(JSON.stringify({ ...value, name: [`ZZSECRETZZ`, typeof value.name] }))),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (bytes) => {
        const reply = await post('', bytes);
        expect(reply.status).toBeLessThan(500);
        if (reply.status !== 200) expect((await reply.text()).replace('/ZZSECRETZZ', '')).not.toContain('ZZSECRETZZ');
      }),
      { numRuns: 300 },
    );
  });
});

describe('paths and queries', () => {
  test('parameters are decoded', async () => {
    expect(await (await fetch(url('/items/a%2Fb%20%C3%A9?x=1+2&y=%26&z'))).json()).toEqual({
      body: null,
      params: { id: 'a/b é' },
      query: { x: '1 2', y: '&', z: '' },
    });
    expect((await fetch(url('/act:now'))).status).toBe(200);
    expect((await fetch(`${edge.url}/.well-known/did.json`)).status).toBe(200);
  });

  test.each([
    ['/items/1?a=1&a=2', 400, 'QUERY_REPEATED'],
    ['/items/1?a=1&%61=2', 400, 'QUERY_REPEATED'],
    ['/items/1?a=%', 400, 'QUERY_MALFORMED'],
    ['/items/1?a=%ff', 400, 'QUERY_MALFORMED'],
    ['/items/%ff', 400, 'URL_MALFORMED'],
    ['/items/', 404, 'NOT_FOUND'],
    ['/nothing', 404, 'NOT_FOUND'],
    [`/items/${'x'.repeat(501)}`, 414, 'URL_TOO_LONG'],
  ])('%s', async (path, status, code) => {
    const reply = await fetch(url(path));
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await problem(reply)).toMatchObject({ status, code });
  });

  test('another method of a known path is told which ones there are', async () => {
    const reply = await fetch(url('/items/1'), { method: 'PUT', body: 'x' });
    expect(reply.headers.get('allow')).toBe('DELETE, GET, HEAD');
    expect(await problem(reply)).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    expect((await fetch(url('/items/1'), { method: 'OPTIONS' })).status).toBe(405);
    expect(await raw('PROPFIND /x/echo/items/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 405/);
  });

  test('what is not HTTP gets a problem too', async () => {
    expect(await raw('NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*REQUEST_MALFORMED/);
    expect(await raw(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 [\s\S]*HEADERS_TOO_LARGE/);
  });
});

describe('replies', () => {
  test('are safe unless the handler says otherwise', async () => {
    const reply = await fetch(url('/items/1'));
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'content-type': 'application/json',
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(reply.headers.get('server')).toBeNull();
    expect(reply.headers.get('x-powered-by')).toBeNull();
    const page = await fetch(url('/page'));
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).not.toContain('script-src');
    expect(await page.text()).toBe('<p>é</p>');
    const own = await fetch(url('/own'));
    expect([own.headers.get('cache-control'), own.headers.get('content-security-policy'), own.headers.get('content-type')]).toEqual([
      'max-age=9',
      "default-src 'self'",
      'image/png',
    ]);
    expect([...new Uint8Array(await own.arrayBuffer())]).toEqual([1, 2]);
    expect((await fetch(url('/empty'))).status).toBe(204);
  });

  test('HEAD is GET without the body', async () => {
    const reply = await fetch(url('/page'), { method: 'HEAD' });
    expect([reply.status, reply.headers.get('content-length'), await reply.text()]).toEqual([200, '9', '']);
  });

  test('a refusal of a handler is shown as it is', async () => {
    const reply = await fetch(url('/refuse'));
    expect(reply.headers.get('retry-after')).toBe('7');
    expect(await problem(reply)).toMatchObject({
      status: 409,
      code: 'DOSE_CONFLICT',
      title: 'Conflict',
      detail: 'Another dose.',
      errors: [{ pointer: '/dose', code: 'DIFFERENT', detail: 'differs' }],
    });
  });

  test('a fault shows an incident alone, and the log has its stack without what was sent', async () => {
    const reply = await post('/crash/SECRET-ID?q=SECRET-Q', '{"name":"SECRET-NAME"}');
    const document = await problem(reply);
    expect(document).toMatchObject({ status: 500, code: 'INTERNAL', incident: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(JSON.stringify(document)).not.toMatch(/insert|TypeError|SECRET/);
    const line = edge.logged.find(({ level }) => level === 'error');
    expect(line?.fields).toMatchObject({
      incident: document.incident,
      route: '/x/echo/crash/:id',
      error: { name: 'TypeError', message: 'insert into person values (…) for …, … and …', cause: { message: 'disk gone' } },
    });
    expect((line?.fields as { error: { stack: string[] } } | undefined)?.error.stack[0]).toContain('edge-requests.test.ts');
    expect(JSON.stringify(edge.logged)).not.toMatch(/SECRET|Neill/);
  });

  test('the access log has the pattern, and neither URL nor address', async () => {
    const before = edge.logged.length;
    await fetch(url('/items/SECRET-ID?q=SECRET-Q'), { headers: { 'user-agent': 'SECRET-AGENT' } });
    await fetch(url('/SECRET-PATH'));
    await expect.poll(() => edge.logged.length).toBe(before + 2);
    expect(edge.logged.slice(before).map(({ fields }) => fields)).toEqual([
      { method: 'GET', route: '/x/echo/items/:id', status: 200, ms: expect.any(Number), requestId: expect.any(String) },
      { method: 'GET', route: null, status: 404, ms: expect.any(Number), requestId: expect.any(String) },
    ]);
    expect(JSON.stringify(edge.logged)).not.toMatch(/SECRET|127\.0\.0\.1"/);
  });
});
