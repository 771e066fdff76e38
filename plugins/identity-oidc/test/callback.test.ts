import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PEOPLE, type RunningProvider } from './provider.js';
import { faultOf, runStandard, type Scene, setScene } from './scene.js';

let provider: RunningProvider;
let other: RunningProvider;
let scene: Scene;
beforeAll(async () => {
  [provider, other] = await Promise.all([runStandard(), runStandard()]);
});
afterAll(() => Promise.all([provider.stop(), other.stop()]));
beforeEach(async () => {
  Object.assign(provider, { broken: undefined, tamper: undefined });
  scene = await setScene({ provider });
});

const statusOf = async (challenge: { id: string }) => scene.identity.look(challenge.id, 'nurse');
const tokensAsked = () => provider.asked.filter((path) => path === '/token').length;

describe('the page', () => {
  it('says that it worked, can be read by everybody, and names nobody', async () => {
    const challenge = await scene.begin();
    const { status, mediaType, body, headers = {} } = await scene.meet(challenge);
    expect([status, mediaType]).toEqual([200, 'text/html']);
    expect(body).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(body).toMatch(/<meta name="viewport".*<title>[^<]+<\/title>.*<main>\n<h1>[^<]+<\/h1>\n<p>You may close this window.<\/p>/s);
    for (const value of Object.values(PEOPLE.asha)) expect(body).not.toContain(value);
    expect(JSON.stringify([body, headers])).not.toMatch(/script|http|code=|state=/);
  });

  it("speaks the country's language, and its texts are only texts", async () => {
    const page = { language: 'si', done: '<b>ස්තුතියි</b> & "ආයුබෝවන්"' };
    scene = await setScene({ provider, config: { page } });
    const { body } = await scene.meet(await scene.begin());
    expect(body).toContain('<html lang="si">');
    expect(body).toContain('<h1>&#60;b&#62;ස්තුතියි&#60;/b&#62; &#38; &#34;ආයුබෝවන්&#34;</h1>');
  });
});

describe('an answer that is none', () => {
  it.each([
    ['no state', {}, 404],
    ['a state that nobody began', { state: 'x'.repeat(43), code: 'a' }, 404],
    ['an endless state', { state: 'x'.repeat(100_000), code: 'a' }, 404],
  ])('%s', async (_, query, status) => {
    expect(await scene.comeBack(query)).toMatchObject({ status });
  });

  it.each([
    ['neither code nor error', {}],
    ['an empty code', { code: '' }],
    ["another provider's (RFC 9207)", { code: 'stolen', iss: 'https://wicked.example' }],
    ['one that does not say whose it is, of a provider that always does', { code: 'stolen', iss: undefined }],
    ["another provider's refusal", { error: 'access_denied', iss: 'https://wicked.example' }],
  ])('%s is refused, and the challenge goes on', async (_, changes) => {
    const challenge = await scene.begin();
    const state = new URL(challenge.url).searchParams.get('state') as string;
    const before = tokensAsked();
    const query = JSON.parse(JSON.stringify({ state, iss: provider.issuer, ...changes }));
    expect((await scene.comeBack(query)).status).toBe(400);
    expect(tokensAsked()).toBe(before);
    expect(await statusOf(challenge)).toEqual({ state: 'waiting' });
    expect((await scene.meet(challenge)).status).toBe(200);
    expect((await statusOf(challenge))?.state).toBe('ready');
  });

  it("a code of somebody else's challenge: the provider itself refuses it, by the verifier", async () => {
    const [mine, theirs] = [await scene.begin(), await scene.begin()];
    const answer = await provider.visit(theirs.url, { person: 'ravi' });
    answer.searchParams.set('state', new URL(mine.url).searchParams.get('state') as string);
    expect((await scene.comeBack(answer)).body).toContain('not been identified');
    expect(await statusOf(mine)).toEqual({ state: 'failed', reason: 'CODE_REFUSED' });
    expect(await faultOf(scene.identify(mine))).toBe('CHALLENGE_FAILED');
  });
});

describe('the provider says no', () => {
  it('the person declines', async () => {
    const challenge = await scene.begin();
    expect((await scene.meet(challenge, { does: 'declines' })).body).toContain('not been identified');
    expect(await statusOf(challenge)).toEqual({ state: 'failed', reason: 'DECLINED' });
    // What the provider wrote of it holds a name, and goes nowhere.
    expect(JSON.stringify([[...scene.state.entries.values()], scene.lines])).not.toContain('Asha');
    expect(await faultOf(scene.identify(challenge))).toBe('CHALLENGE_FAILED');
  });

  it.each([
    ['login_required', 'LOGIN_REQUIRED'],
    ['unmet_authentication_requirements', 'ASSURANCE_TOO_LOW'],
    ['constructor', 'PROVIDER_REFUSED'],
    ['<script>', 'PROVIDER_REFUSED'],
  ])('%s ends it as %s', async (error, reason) => {
    const challenge = await scene.begin();
    const state = new URL(challenge.url).searchParams.get('state') as string;
    await scene.comeBack({ state, iss: provider.issuer, error, error_description: 'Asha Perera, 1984' });
    expect(await statusOf(challenge)).toEqual({ state: 'failed', reason });
    expect((await scene.meet(challenge)).body).toContain('not been identified');
  });

  it('for the moment: the challenge goes on', async () => {
    const challenge = await scene.begin();
    const state = new URL(challenge.url).searchParams.get('state') as string;
    expect((await scene.comeBack({ state, iss: provider.issuer, error: 'temporarily_unavailable' })).status).toBe(503);
    await scene.meet(challenge);
    expect((await statusOf(challenge))?.state).toBe('ready');
  });
});

describe('an answer comes once', () => {
  it('a page that is loaded again says the same, and asks nobody', async () => {
    const challenge = await scene.begin();
    const answer = await provider.visit(challenge.url, { person: 'asha' });
    const first = await scene.comeBack(answer);
    const before = provider.asked.length;
    expect(await scene.comeBack(answer)).toEqual(first);
    await scene.identify(challenge);
    expect(await scene.comeBack(answer)).toEqual(first);
    expect(provider.asked.length).toBe(before);
  });

  it('ten at once: the code is redeemed by one of them', async () => {
    const challenge = await scene.begin();
    const answer = await provider.visit(challenge.url, { person: 'asha' });
    const before = tokensAsked();
    const replies = await Promise.all(Array.from({ length: 10 }, () => scene.comeBack(answer)));
    expect(tokensAsked() - before).toBe(1);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(409)]);
    expect((await statusOf(challenge))?.state).toBe('ready');
  });

  it('two processes at once, and two people: one of them is who it is', async () => {
    const [challenge, twin] = [await scene.begin(), await scene.restart()];
    const [asha, ravi] = [await provider.visit(challenge.url, { person: 'asha' }), await provider.visit(challenge.url, { person: 'ravi' })];
    await Promise.all([scene.comeBack(asha), twin.comeBack(ravi)]);
    const first = await scene.identify(challenge);
    await Promise.all([scene.comeBack(asha), twin.comeBack(ravi)]);
    expect(await twin.identify(challenge)).toEqual(first);
  });

  it('not after its end', async () => {
    const challenge = await scene.begin();
    const answer = await provider.visit(challenge.url, { person: 'asha' });
    scene.clock.pass(600);
    expect((await scene.comeBack(answer)).status).toBe(404);
    expect(await statusOf(challenge)).toBeUndefined();
  });
});

describe('killed', () => {
  /** From the n-th write on nothing is written any more. */
  const killedAt = async (write: number, work: () => Promise<unknown>) => {
    const { put } = scene.state;
    let writes = 0;
    scene.state.put = (...all) => {
      writes += 1;
      return writes < write ? put.apply(scene.state, all) : Promise.reject(new Error('the process was killed'));
    };
    await expect(work()).rejects.toThrow('killed');
    scene.state.put = put;
  };

  it('before it asked: the person loads the page again, once nobody can be asking any more', async () => {
    const challenge = await scene.begin();
    const answer = await provider.visit(challenge.url, { person: 'asha' });
    // The claim is written; then the process is gone before it has asked for a token.
    provider.broken = { path: /^\/token$/, how: 'down' };
    await killedAt(2, () => scene.comeBack(answer));
    Object.assign(provider, { broken: undefined });
    scene = await scene.restart();
    expect((await scene.comeBack(answer)).status).toBe(409);
    scene.clock.pass(5);
    expect((await scene.comeBack(answer)).status).toBe(200);
    expect((await statusOf(challenge))?.state).toBe('ready');
  });

  it('after it asked: the code is gone, and the desk learns that it has to begin again', async () => {
    const challenge = await scene.begin();
    const answer = await provider.visit(challenge.url, { person: 'asha' });
    await killedAt(2, () => scene.comeBack(answer));
    scene = await scene.restart();
    expect((await scene.comeBack(answer)).status).toBe(409);
    scene.clock.pass(5);
    expect((await scene.comeBack(answer)).body).toContain('not been identified');
    expect(await statusOf(challenge)).toEqual({ state: 'failed', reason: 'CODE_REFUSED' });
  });
});

describe('the provider is down', () => {
  const down = (path: RegExp, how: 'down' | 'hangs' | 503 | 401 | 'nonsense' = 'down') => {
    provider.broken = { path, how };
  };

  it('when a challenge is begun: 503, in time, and nothing is kept', async () => {
    for (const how of ['down', 'hangs', 503, 'nonsense'] as const) {
      down(/./, how);
      const fresh = await setScene({ provider });
      const started = performance.now();
      await expect(fresh.begin()).rejects.toMatchObject({
        status: 503,
        code: 'IDENTITY_PROVIDER_UNREACHABLE',
        headers: { 'retry-after': '15' },
      });
      expect(performance.now() - started).toBeLessThan(10_000);
      expect(fresh.state.entries.size).toBe(0);
      expect(await fresh.part.health?.()).toMatchObject({ status: 'warn', detail: expect.stringMatching(/^PROVIDER_/) });
      Object.assign(provider, { broken: undefined });
      fresh.clock.pass(15);
      expect(await fresh.part.health?.()).toEqual({ status: 'pass' });
      await fresh.begin();
    }
  });

  it('when the person comes back: they load the page again, with the same code', async () => {
    const challenge = await scene.begin();
    const answer = await provider.visit(challenge.url, { person: 'asha' });
    for (const how of ['down', 'hangs', 503] as const) {
      down(/^\/token$/, how);
      expect(await scene.comeBack(answer)).toMatchObject({ status: 503, headers: { 'retry-after': '15' } });
      expect(await statusOf(challenge)).toEqual({ state: 'waiting' });
    }
    expect(await scene.part.health?.()).toMatchObject({ status: 'warn' });
    Object.assign(provider, { broken: undefined });
    expect((await scene.comeBack(answer)).status).toBe(200);
    expect(await scene.part.health?.()).toEqual({ status: 'pass' });
    expect((await statusOf(challenge))?.state).toBe('ready');
  });

  it.each(['/me', '/jwks'])('after the code is used up (%s): they sign in again, by the same link', async (path) => {
    const challenge = await scene.begin();
    const answer = await provider.visit(challenge.url, { person: 'asha' });
    down(new RegExp(`^${path}$`), 503);
    expect((await scene.comeBack(answer)).status).toBe(503);
    Object.assign(provider, { broken: undefined });
    const before = tokensAsked();
    expect((await scene.comeBack(answer)).status).toBe(503);
    expect(tokensAsked()).toBe(before);
    expect((await scene.meet(challenge)).status).toBe(200);
    expect((await statusOf(challenge))?.state).toBe('ready');
  });

  it('refuses our own secret: the health says so, and the person may try again', async () => {
    scene = await setScene({ provider, config: { clientSecret: 'another' } });
    const challenge = await scene.begin();
    expect((await scene.meet(challenge)).status).toBe(503);
    const detail = expect.stringMatching(/^PROVIDER_REFUSES_CLIENT.*clientId and its key or secret/);
    expect(await scene.part.health?.()).toMatchObject({ detail });
    expect(await statusOf(challenge)).toEqual({ state: 'waiting' });
  });

  it('does not let us read who it was: the person was not identified', async () => {
    down(/^\/me$/, 401);
    const challenge = await scene.begin();
    expect((await scene.meet(challenge)).body).toContain('not been identified');
    expect(await statusOf(challenge)).toEqual({ state: 'failed', reason: 'PROVIDER_REFUSED' });
    expect(await scene.part.health?.()).toEqual({ status: 'pass' });
  });

  it('is not the issuer of the settings: nothing is begun with it', async () => {
    other.tamper = (_, body) => body.replaceAll(other.issuer, 'https://id.example');
    for (const config of [{}, { issuer: `${provider.issuer}/` }]) {
      const wrong = await setScene({ provider: 'issuer' in config ? provider : other, config });
      await expect(wrong.begin()).rejects.toMatchObject({ status: 503 });
      expect(await wrong.part.health?.()).toMatchObject({ detail: expect.stringMatching(/^PROVIDER_ISSUER_DIFFERS/) });
    }
  });
});

it('forgets a challenge a day after its end, whoever begins the next one', async () => {
  await scene.begin();
  const challenge = await scene.begin();
  await scene.meet(challenge);
  await scene.identify(challenge);
  expect([...scene.state.entries.keys()].filter((key) => key.startsWith('challenge/'))).toHaveLength(2);
  scene.clock.pass(86_400);
  // The same act is still answered: its request may be sent again, as long as an Idempotency-Key counts.
  await scene.identify(challenge);
  scene.clock.pass(601);
  await scene.begin();
  expect([...scene.state.entries.keys()].map((key) => key.split('/')[0])).toEqual(['due', 'challenge']);
});
