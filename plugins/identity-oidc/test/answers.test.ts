import { createHmac, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newKey, type RunningProvider } from './provider.js';
import { clientKey, esignet, faultOf, runEsignet, runStandard, type Scene, setScene } from './scene.js';

let plain: RunningProvider;
let signet: RunningProvider;
beforeAll(async () => {
  [plain, signet] = await Promise.all([runStandard(), runEsignet()]);
});
afterAll(() => Promise.all([plain.stop(), signet.stop()]));
beforeEach(() => {
  for (const provider of [plain, signet]) Object.assign(provider, { broken: undefined, tamper: undefined });
});

type Json = Record<string, unknown>;
const decoded = (part: string): Json => JSON.parse(Buffer.from(part, 'base64url').toString()) as Json;
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The same JWT with other contents, signed anew as its (new) header says; by a key of the provider unless told otherwise. */
function forged(
  jwt: string,
  provider: RunningProvider,
  { header = {}, claims = {}, key }: { header?: Json; claims?: Json; key?: KeyObject },
): string {
  const [first = '', second = ''] = jwt.split('.');
  const head = { ...decoded(first), ...header } as { alg: string; kid: string };
  const input = `${encoded(head)}.${encoded({ ...decoded(second), ...claims })}`;
  if (head.alg === 'none') return `${input}.`;
  if (head.alg === 'HS256') return `${input}.${createHmac('sha256', provider.clientSecret).update(input).digest('base64url')}`;
  const own = key ?? createPrivateKey({ key: provider.keys.find(({ kid }) => kid === head.kid)!, format: 'jwk' });
  const padding = head.alg === 'PS256' ? { padding: 6, saltLength: 32 } : {};
  const dsaEncoding = head.alg === 'ES256' ? { dsaEncoding: 'ieee-p1363' as const } : {};
  return `${input}.${sign('sha256', Buffer.from(input), { key: own, ...padding, ...dsaEncoding }).toString('base64url')}`;
}

const forgedIdToken = (provider: RunningProvider, change: Parameters<typeof forged>[2]) => (path: string, body: string) => {
  if (path !== '/token') return body;
  const answer = JSON.parse(body) as { id_token: string };
  return JSON.stringify({ ...answer, id_token: forged(answer.id_token, provider, change) });
};

async function outcome(scene: Scene): Promise<string> {
  const challenge = await scene.begin();
  await scene.meet(challenge);
  const found = await scene.identity.look(challenge.id, 'nurse');
  if (found?.state === 'failed') expect(await faultOf(scene.identify(challenge))).toBe('CHALLENGE_FAILED');
  return found?.reason ?? found?.state ?? 'unknown';
}

const seconds = (offset: number) => Math.floor(Date.now() / 1000) + offset;
const stranger = createPrivateKey({ key: newKey('RS256', 'rsa-1'), format: 'jwk' });

describe('an ID token', () => {
  it('is believed when nothing is wrong with it, forged only in being signed again', async () => {
    plain.tamper = forgedIdToken(plain, {});
    expect(await outcome(await setScene({ provider: plain }))).toBe('ready');
  });

  it.each<[string, Parameters<typeof forged>[2]]>([
    ['by another issuer', { claims: { iss: 'https://wicked.example' } }],
    ['for another client', { claims: { aud: 'another' } }],
    ['for us and another, by the other', { claims: { aud: ['divoc', 'another'], azp: 'another' } }],
    ['with another nonce', { claims: { nonce: 'n'.repeat(43) } }],
    ['without a nonce', { claims: { nonce: undefined } }],
    ['that is over', { claims: { exp: seconds(-120) } }],
    ['without an end', { claims: { exp: undefined } }],
    ['without a subject', { claims: { sub: undefined } }],
    ['of no time', { claims: { iat: undefined } }],
    ['that is not signed', { header: { alg: 'none' } }],
    ['that is signed with our secret', { header: { alg: 'HS256' } }],
    ['with a signature that we do not take', { header: { alg: 'RS512' } }],
    ["signed by a stranger's key", { key: stranger }],
    ['signed by a key that is nowhere', { header: { kid: 'nowhere' }, key: stranger }],
    ['with extensions that it says must be understood', { header: { crit: ['b64'], b64: false } }],
  ])('%s is not believed', async (_, change) => {
    plain.tamper = forgedIdToken(plain, change);
    expect(await outcome(await setScene({ provider: plain }))).toBe('ANSWER_NOT_BELIEVED');
  });

  it('with a signature outside of the allow-list of the manifest is not believed, whatever discovery says', async () => {
    expect(await outcome(await setScene({ provider: plain, config: { algorithms: ['ES256'] } }))).toBe('ANSWER_NOT_BELIEVED');
  });

  it.each([
    ['signed in before this challenge', seconds(-3600)],
    ['did not say when', undefined],
  ])('of somebody who %s says nothing of who is here now', async (_, auth_time) => {
    plain.tamper = forgedIdToken(plain, { claims: { auth_time } });
    expect(await outcome(await setScene({ provider: plain }))).toBe('LOGIN_NOT_FRESH');
  });

  it('is verified with keys that are fetched once for many logins', async () => {
    const scene = await setScene({ provider: plain });
    plain.asked.length = 0;
    for (const _ of [1, 2, 3]) expect(await outcome(scene)).toBe('ready');
    expect(plain.asked.filter((path) => path === '/jwks')).toHaveLength(1);
    expect(plain.asked.filter((path) => path.startsWith('/.well-known/'))).toHaveLength(1);
  });

  it('is judged by the clock of the house', async () => {
    const scene = await setScene({ provider: plain, config: { challengeSeconds: 3600 } });
    const challenge = await scene.begin();
    const answer = await plain.visit(challenge.url, { person: 'asha' });
    // The provider's tokens live for ten minutes.
    scene.clock.pass(1200);
    await scene.comeBack(answer);
    expect(await scene.identity.look(challenge.id, 'nurse')).toEqual({ state: 'failed', reason: 'ANSWER_NOT_BELIEVED' });
    const line = scene.lines.find(({ message }) => message.includes('not believed'));
    expect(line).toMatchObject({ code: 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED' });
  });
});

describe('a browser that somebody has signed in with before', () => {
  it('makes the next person sign in, and does not take them for the first', async () => {
    const scene = await setScene({ provider: plain });
    const cookies = new Map<string, string>();
    const [first, second] = [await scene.begin(), await scene.begin()];
    await scene.comeBack(await plain.visit(first.url, { person: 'asha' }, cookies));
    await scene.comeBack(await plain.visit(second.url, { person: 'ravi' }, cookies));
    expect((await scene.identify(first)).claims?.name).toBe('Asha Perera');
    expect((await scene.identify(second)).claims?.name).toBe('Ravi Silva');
  });
});

describe("e-Signet's userinfo", () => {
  const scene = () => setScene({ provider: signet, config: esignet });
  const rewritten = (change: (jwt: string) => string) => (path: string, body: string) => (path === '/me' ? change(body) : body);

  it('is a signed JWT, and so is our proof of who we are', async () => {
    let [userinfo, dates] = ['', ''];
    signet.tamper = (path, body) => {
      if (path === '/me') userinfo = body;
      return body;
    };
    const one = await scene();
    const challenge = await one.begin();
    await one.meet(challenge, { person: 'ravi', acr: 'mosip:idp:acr:biometrics' });
    expect(decoded(userinfo.split('.')[0] as string)).toMatchObject({ alg: 'PS256' });
    const found = await one.identify(challenge);
    dates = found.claims?.birthDate ?? '';
    // As MOSIP writes them: 1979/11/30, Male.
    expect([dates, found.claims?.gender]).toEqual(['1979-11-30', 'male']);
    expect(found.assurance).toEqual({ ial: 2, basis: 'national-id-biometrics' });
    expect(found.subject).toBe(JSON.stringify([signet.issuer, 'pairwise-of-ravi-7700-1234-0001']));
  });

  it.each<[string, (jwt: string) => string]>([
    ['plain JSON', (jwt) => JSON.stringify(decoded(jwt.split('.')[1] as string))],
    ["of somebody else's subject", (jwt) => forged(jwt, signet, { claims: { sub: 'pairwise-of-ravi-7700-1234-0001' } })],
    ['for another client', (jwt) => forged(jwt, signet, { claims: { aud: 'another' } })],
    ['of another issuer', (jwt) => forged(jwt, signet, { claims: { iss: 'https://wicked.example' } })],
    ["signed by a stranger's key", (jwt) => forged(jwt, signet, { key: stranger })],
    ['unsigned', (jwt) => forged(jwt, signet, { header: { alg: 'none' } })],
    [
      'changed',
      (jwt) => jwt.replace(/\.[^.]+\./, (claims) => `.${encoded({ ...decoded(claims.slice(1, -1)), birthdate: '1999-01-01' })}.`),
    ],
  ])('%s is not believed', async (_, change) => {
    signet.tamper = rewritten(change);
    expect(await outcome(await scene())).toBe('ANSWER_NOT_BELIEVED');
    expect(signet.asked).toContain('/me');
  });

  it('is not to be had by a house with another key', async () => {
    const config = { ...esignet, privateKey: JSON.stringify({ ...newKey('PS256', 'house-1') }) };
    const one = await setScene({ provider: signet, config });
    const challenge = await one.begin();
    expect((await one.meet(challenge)).status).toBe(503);
    expect(await one.part.health?.()).toMatchObject({ detail: expect.stringMatching(/^PROVIDER_REFUSES_CLIENT/) });
  });

  it('is for the token endpoint, where that is asked for', async () => {
    const one = await setScene({ provider: signet, config: { ...esignet, assertionAudience: 'token-endpoint' } });
    expect(await outcome(one)).toBe('ready');
    const pem = createPrivateKey({ key: clientKey, format: 'jwk' }).export({ type: 'pkcs8', format: 'pem' }) as string;
    expect(await outcome(await setScene({ provider: signet, config: { ...esignet, privateKey: pem } }))).toBe('ready');
  });
});
