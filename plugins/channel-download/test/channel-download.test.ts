import { createHash } from 'node:crypto';
import {
  type Certificates,
  type Delivery,
  isRefusal,
  type PartContext,
  Refusal,
  type Rendering,
  type RouteReply,
  type Routes,
  type Wanted,
} from '@divoc/core/api';
import { type MemoryState, memoryState } from '@divoc/core/testkit';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import plugin from '../plugin.js';
import { durationOf } from '../src/duration.js';
import { REFUSED } from '../src/refusal-texts.js';

const DAY = 86_400_000;
const delivery: Delivery = { certificateId: 'certificate-1', key: 'vaccination-1:download', recipient: {}, actor: 'nurse' };
/** What this channel answers: it never fails. */
interface Download {
  deliver(delivery: Delivery): Promise<{ readonly state: string; readonly links: Readonly<Record<string, string>> }>;
}
let state: MemoryState;
let now: number;
let wanted: { id: string; wanted: Wanted }[];
beforeEach(() => {
  state = memoryState();
  now = Date.parse('2026-11-25T10:00:00Z');
  wanted = [];
});

const ENDED: Readonly<Record<string, Refusal>> = {
  revoked: new Refusal(410, 'CERTIFICATE_REVOKED', 'It has been revoked.'),
  superseded: new Refusal(410, 'CERTIFICATE_SUPERSEDED', 'It has been replaced.'),
  suspended: new Refusal(409, 'CERTIFICATE_SUSPENDED', 'It is suspended.'),
};

/** Renders every certificate but `gone`, and notes what was asked for. */
const certificates = {
  async render(id: string, asked: Wanted): Promise<Rendering | undefined> {
    wanted.push({ id, wanted: asked });
    if (id === 'gone') return undefined;
    if (Object.hasOwn(ENDED, id)) throw ENDED[id];
    const language = asked.language ?? asked.acceptLanguage;
    return {
      mediaType: asked.mediaType ?? '',
      body: Buffer.from(`${id} ${asked.mediaType}`),
      fileName: 'certificate-7KQ2.pdf',
      ...(language !== undefined && { language }),
    };
  },
} as unknown as Certificates;

async function start(linkValidFor = '7d', texts = {}): Promise<{ channel: Download; routes: Routes }> {
  const context = { config: { linkValidFor, texts }, clock: { now: () => new Date(now) } };
  const part = await plugin.setup(context as unknown as PartContext<never>, { certificates, state } as never);
  return part.ports as unknown as { channel: Download; routes: Routes };
}
const deliver = async (change: Partial<typeof delivery> = {}) => (await start()).channel.deliver({ ...delivery, ...change });

/** Answers a GET as the edge would: the route by its path, the query parsed. */
async function get(url: string, headers: Record<string, string> = {}, texts = {}): Promise<RouteReply> {
  const { routes } = await start('7d', texts);
  const { pathname, searchParams } = new URL(url, 'https://health.example');
  for (const [name, { path }] of Object.entries(routes.table.routes)) {
    const found = new RegExp(`^${path.replaceAll('.', '\\.').replace('{token}', '([^/]*)')}$`).exec(pathname);
    if (!found) continue;
    const params = { token: decodeURIComponent(found[1] ?? '') };
    return (routes.handlers[name] as Routes['handlers'][string])({
      params,
      query: Object.fromEntries(searchParams),
      body: undefined,
      headers,
      actor: null,
    });
  }
  throw new Error(`no route for ${url}`);
}
const notFound = (code: string) => ({ status: 404, code, headers: { 'x-robots-tag': 'noindex', 'cache-control': 'no-store' } });

describe('a delivery', () => {
  it('is accepted, with links of one token that cannot be guessed', async () => {
    const { state: accepted, links } = await deliver();
    const [, token] = /^\/c\/([\w-]{43})$/.exec(links.page ?? '') ?? [];
    const page = `/c/${token}`;
    expect(accepted).toBe('accepted');
    expect(links).toEqual({ page, pdf: `${page}/certificate.pdf`, credential: `${page}/certificate.json`, qr: `${page}/qr.png` });
    expect((await deliver({ key: 'another' })).links.page).not.toBe(page);
  });

  it('gives the same receipt again, whatever certificate is named then', async () => {
    const first = await deliver();
    now += DAY;
    expect(await deliver()).toEqual(first);
    expect(await deliver({ certificateId: 'certificate-2' })).toEqual(first);
    await get(first.links.page as string);
    expect(wanted).toMatchObject([{ id: 'certificate-1' }]);
  });

  it('makes one link when many race', async () => {
    const receipts = await Promise.all(Array.from({ length: 20 }, () => deliver()));
    expect(new Set(receipts.map(({ links }) => links.page)).size).toBe(1);
    expect(state.entries.size).toBe(2);
    expect((await get(receipts[7]?.links.page as string)).status).toBe(200);
  });

  it.each([1, 2])('survives a crash before write %i', async (write) => {
    state.crashBefore = write;
    await expect(deliver()).rejects.toThrow('killed');
    const kept = state.entries.size;
    now += DAY;
    const receipt = await deliver();
    expect([kept, state.entries.size]).toEqual([write - 1, 2]);
    expect((await get(receipt.links.page as string)).status).toBe(200);
    // Measured from the first delivery that was promised, not from the repair.
    now += 6 * DAY + DAY / 2;
    const late = await get(receipt.links.page as string).catch((error: unknown) => error);
    expect(late).toMatchObject({ status: write === 2 ? 404 : 200 });
  });

  it('takes any key', async () => {
    for (const key of ['', 'a\nb', 'x'.repeat(5000), '../link/x']) expect((await deliver({ key })).state).toBe('accepted');
    expect([...state.entries.keys()].every((key) => /^(delivery|link)\/[\w-]{43}$/.test(key))).toBe(true);
  });

  it('is found by the SHA-256 of its token alone', async () => {
    const token = ((await deliver()).links.page as string).slice(3);
    const hash = createHash('sha256').update(token).digest('base64url');
    expect(state.entries.get(`link/${hash}`)?.value).toEqual({ certificateId: 'certificate-1', expires: '2026-12-02T10:00:00.000Z' });
    expect([...state.entries.keys()].join()).not.toContain(token);
  });
});

describe('a link', () => {
  it.each([
    ['page', 'text/html'],
    ['pdf', 'application/pdf'],
    ['credential', 'application/vc'],
    ['qr', 'image/png'],
  ])('%s shows the certificate as %s, to nobody else', async (name, mediaType) => {
    const { links } = await deliver();
    const reply = await get(links[name] as string);
    expect(reply).toMatchObject({ status: 200, mediaType, body: Buffer.from(`certificate-1 ${mediaType}`) });
    expect(reply.headers).toEqual({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
      'content-disposition': 'inline; filename="certificate-7KQ2.pdf"',
    });
  });

  it('has the QR code as SVG beside it', async () => {
    const { links } = await deliver();
    expect(await get(`${links.page}/qr.svg`)).toMatchObject({ status: 200, mediaType: 'image/svg+xml' });
  });

  it('passes the wishes for a language on, and the page keeps the chosen one for the PDF', async () => {
    const { page } = (await deliver()).links;
    const plain = { pdf: `${page}/certificate.pdf`, credential: `${page}/certificate.json`, qr: `${page}/qr.png`, language: '?language=' };
    const reply = await get(page as string, { 'accept-language': 'ar' });
    expect(reply.headers).toMatchObject({ 'content-language': 'ar' });
    await get(`${page}?language=hi`, { 'accept-language': 'ar' });
    await get(`${page}/certificate.pdf?language=hi`);
    await get(`${page}?language=${encodeURIComponent('"><script>')}`);
    expect(wanted.map((asked) => asked.wanted)).toEqual([
      { mediaType: 'text/html', acceptLanguage: 'ar', links: plain },
      { mediaType: 'text/html', language: 'hi', acceptLanguage: 'ar', links: { ...plain, pdf: `${plain.pdf}?language=hi` } },
      { mediaType: 'application/pdf', language: 'hi' },
      { mediaType: 'text/html', links: plain },
    ]);
  });

  it('expires when it was promised to, whatever the setting says by then', async () => {
    const { page } = (await (await start('12h')).channel.deliver(delivery)).links;
    now += DAY / 2 - 1;
    expect((await get(page as string)).status).toBe(200);
    now += 1;
    await expect(get(page as string)).rejects.toMatchObject(notFound('LINK_EXPIRED'));
    expect((await deliver()).links.page).toBe(page);
    await expect(get(`${page}/certificate.pdf`)).rejects.toMatchObject(notFound('LINK_EXPIRED'));
  });

  it.each(['A'.repeat(43), 'A', 'delivery', '%00', '%F0%9F%91%8D', '..%2Fx'])('is unknown: %s', async (token) => {
    await deliver();
    await expect(get(`/c/${token}`)).rejects.toMatchObject(notFound('LINK_UNKNOWN'));
  });

  it('is unknown when its certificate is', async () => {
    const { page } = (await deliver({ certificateId: 'gone', key: 'gone' })).links;
    await expect(get(page as string)).rejects.toMatchObject(notFound('LINK_UNKNOWN'));
  });

  it('cannot be made up', async () => {
    const { page } = (await deliver()).links;
    await fc.assert(
      fc.asyncProperty(fc.string(), async (token) => {
        const outcome = await get(`/c/${encodeURIComponent(token)}`).catch((error: unknown) => error);
        expect(`/c/${token}` === page || /^\.{1,2}$/.test(token) || (isRefusal(outcome) && outcome.status === 404)).toBe(true);
      }),
    );
  });
});

describe('a link that does not open', () => {
  const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';
  const linkTo = async (certificateId: string) => (await deliver({ certificateId, key: certificateId })).links.page as string;
  const pageOf = (reply: RouteReply) => /<html lang="(.+)" dir="(.+)">[\s\S]*<h1>(.+)<\/h1>/.exec(String(reply.body))?.slice(1);

  it.each([
    ['revoked', 410, 'This certificate has been revoked'],
    ['superseded', 410, 'This certificate has been replaced'],
    ['suspended', 409, 'This certificate is suspended'],
    ['gone', 404, 'This link does not exist'],
  ])('says on a page why: %s', async (id, status, title) => {
    for (const path of ['', '/certificate.pdf', '/qr.png']) {
      const reply = await get((await linkTo(id)) + path, { accept: BROWSER });
      expect([reply.status, reply.mediaType, pageOf(reply)]).toEqual([status, 'text/html', ['en', 'ltr', title]]);
      expect(reply.headers).toEqual({
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-robots-tag': 'noindex',
        vary: 'Accept, Accept-Language',
        'content-language': 'en',
      });
    }
  });

  it("speaks the reader's language, from right to left where it is written so, and the country's own", async () => {
    const page = await linkTo('suspended');
    const arabic = await get(page, { accept: BROWSER, 'accept-language': 'ar-EG,en;q=0.5' });
    expect(pageOf(arabic)).toEqual(['ar', 'rtl', 'هذه الشهادة موقوفة مؤقتًا']);
    expect(pageOf(await get(`${page}?language=hi`, { accept: BROWSER, 'accept-language': 'ar' }))?.slice(0, 2)).toEqual(['hi', 'ltr']);
    const own = Object.fromEntries(REFUSED.map((code) => [code, { title: `<${code}>`, why: 'w', whatToDo: 'd' }]));
    expect(pageOf(await get(page, { accept: BROWSER, 'accept-language': 'si' }, { si: own }))).toEqual([
      'si',
      'ltr',
      '&#60;CERTIFICATE_SUSPENDED&#62;',
    ]);
    expect(pageOf(await get(page, { accept: BROWSER, 'accept-language': 'en' }, { si: own }))?.[0]).toBe('en');
  });

  it.each([undefined, '*/*', 'application/json', 'application/vc', 'text/html;q=0.1, application/json'])(
    'stays a refusal for who accepts %s',
    async (accept) => {
      const page = await linkTo('revoked');
      await expect(get(page, accept === undefined ? {} : { accept })).rejects.toBe(ENDED.revoked);
    },
  );
});

it('declares public GET routes under /c and nothing else', async () => {
  const { table } = (await start()).routes;
  expect(table.mount).toBe('');
  for (const route of Object.values(table.routes))
    expect([route.method, route.scope, route.path]).toEqual(['GET', 'public', expect.stringMatching(/^\/c\/\{token\}/)]);
});

it('knows durations', () => {
  expect([durationOf('30m'), durationOf('12h'), durationOf('7d')]).toEqual([1_800_000, 43_200_000, 604_800_000]);
  for (const text of ['', '7', 'd', '0d', '-1d', '1.5h', '7D', ' 7d', '7d\n', '100000d']) {
    expect(() => durationOf(text)).toThrow('30m, 12h or 7d');
    expect(/^[1-9][0-9]{0,4}[mhd]$/u.test(text)).toBe(false);
  }
});
