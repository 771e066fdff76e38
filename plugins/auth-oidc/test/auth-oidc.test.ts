import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto';
import { type Auth, isRefusal, type Part } from '@divoc/core/api';
import { type MemoryState, memoryState, setUpPart } from '@divoc/core/testkit';
import { importJWK, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import plugin from '../plugin.js';
import { newKey, type RunningProvider, startProvider } from './provider.js';

const SCOPES = ['vaccination:record', 'vaccination:read'];
const PERSON = '0b0e6a0c-8a0b-4c56-9a4e-1d5f4d1c2b3a';
let provider: RunningProvider;
let keys: JWK[];
let rsa: JWK;
let ec: JWK;
let ed: JWK;
let state: MemoryState;
/** Seconds that our clock is ahead of the system's, which is the provider's. */
let ahead: number;

beforeAll(async () => {
  keys = await Promise.all([newKey('RS256', 'rsa-1'), newKey('ES256', 'ec-1'), newKey('EdDSA', 'ed-1')]);
  [rsa, ec, ed] = keys as [JWK, JWK, JWK];
  provider = await startProvider(keys);
});
afterAll(() => provider.stop());
beforeEach(async () => {
  state = memoryState();
  ahead = 0;
  provider.mood = 'up';
  await provider.rotate(keys);
  provider.asked.length = 0;
});

const now = () => new Date(Date.now() + ahead * 1000);
const clock = { now };
const roles = { 'facility-staff': SCOPES, controller: ['registry:write'], nothing: [] };
async function startPart(config: object = {}): Promise<Part> {
  return setUpPart(plugin, { config: { issuer: provider.issuer, audience: ['divoc'], roles, ...config }, uses: { state }, clock });
}
const start = async (config: object = {}): Promise<Auth> => (await startPart(config)).ports.auth as Auth;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const staff = { realm_access: { roles: ['facility-staff', 'offline_access'] } };

/** A token made by hand: any header, any claims, any key. */
async function forge(key: JWK, changes: Record<string, unknown> = {}, header: Record<string, unknown> = {}): Promise<string> {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { iss: provider.issuer, aud: 'divoc', sub: PERSON, iat, exp: iat + 300, ...staff, ...changes };
  return new SignJWT(JSON.parse(JSON.stringify(claims)))
    .setProtectedHeader({ alg: key.alg as string, kid: key.kid as string, typ: 'at+jwt', ...header })
    .sign(await importJWK(key));
}
const refused = (code: string) => ({
  status: 401,
  code,
  headers: { 'www-authenticate': expect.stringMatching(/^Bearer error="invalid_token", error_description="[ -!#-~]+"$/) },
});

describe('a token of the provider', () => {
  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('signed with %s is that of an actor with the scopes of its roles', async (alg) => {
    if (alg === 'PS256') await provider.rotate([{ ...rsa, alg: 'PS256' }]);
    const actor = await (await start()).authenticate(bearer(await provider.token({ alg, claims: staff })));
    expect(actor).toEqual({ id: expect.stringMatching(/^oidc:[\w-]{8}:[\w-]{43}$/), roles: ['facility-staff'], scopes: SCOPES });
    expect(provider.asked).toEqual(['/.well-known/openid-configuration', '/jwks']);
  });

  it("has Keycloak's client roles, those of RFC 9068, words of `scope` or a claim with a URL for its name", async () => {
    const auth = await start({ rolesClaims: ['/resource_access/divoc.api/roles', '/roles', '/scope', '/https:~1~1health.example~1roles'] });
    const of = async (claims: Record<string, unknown>) =>
      (await auth.authenticate(bearer(await forge(rsa, { realm_access: undefined, ...claims }))))?.roles;
    expect(await of({ resource_access: { 'divoc.api': { roles: ['controller'] }, other: { roles: ['facility-staff'] } } })).toEqual([
      'controller',
    ]);
    expect(await of({ roles: ['facility-staff'], scope: 'openid controller' })).toEqual(['facility-staff', 'controller']);
    expect(await of({ 'https://health.example/roles': ['controller'] })).toEqual(['controller']);
    for (const odd of [
      { roles: [1, null, {}] },
      { roles: { controller: true } },
      { scope: 7 },
      { roles: ['constructor', 'toString', '__proto__'] },
    ]) {
      expect(await of(odd)).toEqual([]);
    }
  });

  it('without a role that is known here may nothing', async () => {
    const auth = await start();
    for (const role of ['admin', 'facility-staff ', 'Facility-Staff', 'constructor', 'nothing']) {
      const actor = await auth.authenticate(bearer(await forge(rsa, { realm_access: { roles: [role] } })));
      expect(actor?.scopes).toEqual([]);
    }
  });

  it('for several audiences is accepted for ours', async () => {
    const token = await forge(rsa, { aud: ['account', 'divoc'] });
    expect(await (await start({ audience: ['other', 'divoc'] })).authenticate(bearer(token))).toMatchObject({ scopes: SCOPES });
  });
});

describe('the actor', () => {
  it('of a random subject keeps it, for the administrator of the provider', async () => {
    const auth = await start();
    const { id } = (await auth.authenticate(bearer(await forge(rsa)))) as { id: string };
    expect(id).toMatch(new RegExp(`^oidc:[\\w-]{8}:${PERSON}$`));
    expect(await auth.authenticate(bearer(await forge(rsa, { sub: PERSON.toUpperCase() })))).toMatchObject({ id });
    expect(state.entries.size).toBe(0);
  });

  it('of any other subject is a keyed hash: stable, and it says nothing', async () => {
    const token = await forge(rsa, { sub: 'asha.perera@health.example' });
    const first = await (await start()).authenticate(bearer(token));
    expect(first?.id).toMatch(/^oidc:[\w-]{8}:[\w-]{43}$/);
    // Another process of the same deployment, then another deployment.
    expect(await (await start()).authenticate(bearer(token))).toEqual(first);
    state = memoryState();
    expect((await (await start()).authenticate(bearer(token)))?.id).not.toBe(first?.id);
  });

  it('is one when two processes make the key at once', async () => {
    const token = await forge(rsa, { sub: 'asha' });
    const auths = await Promise.all([start(), start(), start()]);
    const ids = await Promise.all(auths.map(async (auth) => (await auth.authenticate(bearer(token)))?.id));
    expect(new Set(ids).size).toBe(1);
  });

  it('is another for another issuer', async () => {
    const other = await startProvider(keys);
    const auth = (await setUpPart(plugin, { config: { issuer: other.issuer, audience: ['divoc'], roles }, uses: { state }, clock })).ports
      .auth as Auth;
    const [ours, theirs] = [
      await (await start()).authenticate(bearer(await forge(rsa))),
      await auth.authenticate(bearer(await forge(rsa, { iss: other.issuer }))),
    ];
    await other.stop();
    expect(theirs?.id).toContain(PERSON);
    expect(theirs?.id).not.toBe(ours?.id);
  });
});

describe('what is not ours is left to others', () => {
  it.each([
    ['nothing', {}],
    ['another scheme', { authorization: 'Basic bnVyc2U6c2VjcmV0' }],
    ['an opaque token', { authorization: 'Bearer 2YotnFZFEjr1zCsicMWpAA' }],
    ['half a JWT', { authorization: 'Bearer eyJhbGciOiJub25lIn0.' }],
    ['junk', { authorization: 'Bearer ....' }],
    ['two tokens', { authorization: 'Bearer a.b.c d.e.f' }],
  ])('%s', async (_name, headers) => {
    expect(await (await start()).authenticate(headers)).toBeNull();
    expect(provider.asked).toEqual([]);
  });

  it('a token of another issuer, although it is signed with our keys', async () => {
    const auth = await start();
    for (const iss of ['https://elsewhere.example', `${provider.issuer}/`, undefined, ['x'], 'divoc-local']) {
      expect(await auth.authenticate(bearer(await forge(rsa, { iss })))).toBeNull();
    }
    expect(provider.asked).toEqual([]);
  });
});

describe('a bad token of ours is refused', () => {
  const ago = (seconds: number) => Math.floor(Date.now() / 1000) - seconds;
  it.each<[string, Record<string, unknown>, string]>([
    ['for another audience', { aud: 'account' }, 'TOKEN_AUDIENCE_WRONG'],
    ['for an audience that begins alike', { aud: 'divoc-2' }, 'TOKEN_AUDIENCE_WRONG'],
    ['for nobody', { aud: undefined }, 'TOKEN_CLAIM_MISSING'],
    ['expired', { exp: ago(31) }, 'TOKEN_EXPIRED'],
    ['without an end', { exp: undefined }, 'TOKEN_CLAIM_MISSING'],
    ['not valid yet', { nbf: ago(-60) }, 'TOKEN_NOT_YET_VALID'],
    ['issued in the future', { iat: ago(-60) }, 'TOKEN_NOT_YET_VALID'],
    ['issued 200 days ago', { iat: ago(17_280_000) }, 'TOKEN_TOO_OLD'],
    ['without its time of issue', { iat: undefined }, 'TOKEN_CLAIM_MISSING'],
    ['without a subject', { sub: undefined }, 'TOKEN_CLAIM_MISSING'],
    ['with an empty subject', { sub: '' }, 'TOKEN_CLAIM_MISSING'],
    ["Keycloak's ID token", { typ: 'ID' }, 'TOKEN_TYPE_WRONG'],
    ["Keycloak's refresh token", { typ: 'Refresh' }, 'TOKEN_TYPE_WRONG'],
    ['an ID token', { at_hash: 'x' }, 'TOKEN_TYPE_WRONG'],
    ['a logout token', { events: {} }, 'TOKEN_TYPE_WRONG'],
    ['bound by DPoP', { cnf: { jkt: 'x' } }, 'TOKEN_SENDER_BOUND'],
    ['bound by mutual TLS', { cnf: { 'x5t#S256': 'x' } }, 'TOKEN_SENDER_BOUND'],
  ])('%s', async (_name, changes, code) => {
    const token = await forge(rsa, changes);
    const refusal = await (await start()).authenticate(bearer(token)).catch((error: unknown) => error);
    expect(refusal).toMatchObject(refused(code));
    expect(isRefusal(refusal)).toBe(true);
  });

  it.each([
    ['JWT', undefined, true],
    ['at+jwt', undefined, true],
    ['application/at+jwt', undefined, true],
    [undefined, undefined, true],
    ['logout+jwt', undefined, false],
    ['dpop+jwt', undefined, false],
    ['JWT', 'at+jwt', false],
    [undefined, 'at+jwt', false],
    ['application/AT+JWT', 'at+jwt', true],
  ])('of type %s where %s is asked for: accepted %s', async (typ, tokenType, isGood) => {
    const auth = await start(tokenType === undefined ? {} : { tokenType });
    const asked = auth.authenticate(bearer(await forge(rsa, {}, { typ: typ as string })));
    if (isGood) expect(await asked).toMatchObject({ scopes: SCOPES });
    else await expect(asked).rejects.toMatchObject(refused('TOKEN_TYPE_WRONG'));
  });

  it('under the DPoP scheme, since the proof cannot be checked from headers alone', async () => {
    const headers = { authorization: `DPoP ${await forge(rsa)}`, dpop: 'x' };
    await expect((await start()).authenticate(headers)).rejects.toMatchObject(refused('TOKEN_SENDER_BOUND'));
  });

  it('signed by nobody, or with the public key as a secret', async () => {
    const auth = await start();
    const [, claims = ''] = (await forge(rsa)).split('.');
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const alg of ['none', 'None', 'NONE', '']) {
      await expect(auth.authenticate(bearer(`${encode({ alg })}.${claims}.`))).rejects.toMatchObject({ status: 401 });
    }
    const { n = '', e = '' } = rsa;
    const pem = createPublicKey({ key: { kty: 'RSA', n, e } as JsonWebKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    for (const secret of [pem, Buffer.from(n, 'base64url'), n, '']) {
      const input = `${encode({ alg: 'HS256', kid: 'rsa-1', typ: 'at+jwt' })}.${claims}`;
      const token = `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
      await expect(auth.authenticate(bearer(token))).rejects.toMatchObject(refused('TOKEN_ALGORITHM_REFUSED'));
    }
  });

  it('with another algorithm than is accepted', async () => {
    const auth = await start({ algorithms: ['ES256'] });
    await expect(auth.authenticate(bearer(await forge(rsa)))).rejects.toMatchObject(refused('TOKEN_ALGORITHM_REFUSED'));
    expect(await auth.authenticate(bearer(await forge(ec)))).toMatchObject({ scopes: SCOPES });
  });

  it('with any bit of it changed, and no answer says more than that', async () => {
    const auth = await start();
    const token = await forge(ed);
    const parts = token.split('.');
    for (const [place, part] of parts.entries()) {
      for (const at of [2, Math.floor(part.length / 2), part.length - 3]) {
        const other = part[at] === 'A' ? 'B' : 'A';
        const altered = parts.with(place, part.slice(0, at) + other + part.slice(at + 1)).join('.');
        const outcome = await auth.authenticate(bearer(altered)).catch((error: unknown) => error);
        expect(outcome === null || (isRefusal(outcome) && outcome.status === 401)).toBe(true);
      }
    }
  });

  it('with a key that it brings or points to itself', async () => {
    const own = await newKey('RS256', 'rsa-1');
    const { kty, n, e } = own as { kty: string; n: string; e: string };
    const auth = await start();
    for (const header of [
      { jwk: { kty, n, e } },
      { jku: 'https://evil.example/jwks' },
      { x5u: 'https://evil.example/x' },
      { x5c: ['MIIB'] },
    ]) {
      await expect(auth.authenticate(bearer(await forge(own, {}, header)))).rejects.toMatchObject(refused('TOKEN_INVALID'));
      // Beside a good signature they change nothing.
      expect(await auth.authenticate(bearer(await forge(rsa, {}, header)))).toMatchObject({ scopes: SCOPES });
    }
    expect(provider.asked).toEqual(['/.well-known/openid-configuration', '/jwks']);
  });

  it('with a critical header that nobody here knows', async () => {
    const [, claims = ''] = (await forge(rsa)).split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: 'rsa-1', crit: ['x'], x: 1 })).toString('base64url');
    await expect((await start()).authenticate(bearer(`${header}.${claims}.AAAA`))).rejects.toMatchObject(refused('TOKEN_INVALID'));
  });

  it('and nothing of it is repeated', async () => {
    const token = await forge(rsa, { aud: 'secret-audience', sub: 'asha.perera@health.example' });
    const error = (await (await start()).authenticate(bearer(token)).catch((refusal: unknown) => refusal)) as Error & { headers: object };
    const said = JSON.stringify([error.message, error.headers, { ...error }]);
    for (const part of [...token.split('.'), 'secret-audience', 'asha', '127.0.0.1']) expect(said).not.toContain(part);
  });
});

describe('clocks', () => {
  it('may be off by as much as the settings allow, and no more', async () => {
    const token = await provider.token({ claims: staff, seconds: 60 });
    const auth = await start({ clockToleranceSeconds: 20 });
    ahead = 75;
    expect(await auth.authenticate(bearer(token))).not.toBeNull();
    ahead = 82;
    await expect(auth.authenticate(bearer(token))).rejects.toMatchObject(refused('TOKEN_EXPIRED'));
    ahead = -15;
    expect(await auth.authenticate(bearer(token))).not.toBeNull();
    ahead = -25;
    await expect(auth.authenticate(bearer(token))).rejects.toMatchObject(refused('TOKEN_NOT_YET_VALID'));
  });
});

describe("the provider's keys", () => {
  it('are asked for by the first token alone, and once for many', async () => {
    const auth = await start();
    expect(provider.asked).toEqual([]);
    const token = await provider.token({ claims: staff });
    await Promise.all(Array.from({ length: 20 }, () => auth.authenticate(bearer(token))));
    expect(provider.asked).toHaveLength(2);
  });

  it('are found again after a rotation, and a key that is gone is gone', async () => {
    const auth = await start();
    const old = await provider.token({ claims: staff });
    await auth.authenticate(bearer(old));
    await provider.rotate([await newKey('RS256', 'rsa-2')]);
    const fresh = await provider.token({ claims: staff });
    // The last look was a moment ago: it is not repeated for anybody who asks.
    await expect(auth.authenticate(bearer(fresh))).rejects.toMatchObject(refused('TOKEN_KEY_UNKNOWN'));
    ahead = 31;
    expect(await auth.authenticate(bearer(fresh))).toMatchObject({ scopes: SCOPES });
    await expect(auth.authenticate(bearer(old))).rejects.toMatchObject(refused('TOKEN_KEY_UNKNOWN'));
  });

  it('are not asked for again by every invented key id', async () => {
    const auth = await start();
    await auth.authenticate(bearer(await forge(rsa)));
    for (let i = 0; i < 30; i += 1) {
      ahead += 3;
      const token = await forge(rsa, {}, { kid: `invented-${i}` });
      await expect(auth.authenticate(bearer(token))).rejects.toMatchObject(refused('TOKEN_KEY_UNKNOWN'));
    }
    expect(provider.asked.filter((path) => path === '/jwks').length).toBeLessThanOrEqual(4);
  });

  it('are renewed beside the requests when they have aged', async () => {
    const auth = await start({ maxTokenAgeSeconds: 86_400 });
    await auth.authenticate(bearer(await forge(rsa)));
    provider.mood = 'hanging';
    ahead = 601;
    const [began, token] = [performance.now(), await forge(rsa, { exp: Math.floor(Date.now() / 1000) + 900 })];
    expect(await auth.authenticate(bearer(token))).not.toBeNull();
    expect(performance.now() - began).toBeLessThan(1000);
    expect(provider.asked.length).toBe(3);
  });

  it('outlive a short outage, and not a long one', async () => {
    const part = await startPart({ keysFreshSeconds: 60, keysStaleSeconds: 900 });
    const auth = part.ports.auth as Auth;
    const token = await forge(rsa, { exp: Math.floor(Date.now() / 1000) + 3000 });
    await auth.authenticate(bearer(token));
    provider.mood = 'down';
    for (ahead of [100, 500, 899]) {
      expect(await auth.authenticate(bearer(token))).toMatchObject({ scopes: SCOPES });
      await expect
        .poll(() => part.health?.())
        .toMatchObject({ status: 'warn', detail: 'PROVIDER_UNREACHABLE: the keys at hand are used meanwhile' });
    }
    ahead = 1000;
    const refusal = { status: 503, code: 'AUTH_PROVIDER_UNREACHABLE', headers: { 'retry-after': expect.stringMatching(/^[1-9]\d*$/) } };
    await expect(auth.authenticate(bearer(token))).rejects.toMatchObject(refusal);
    expect(await part.health?.()).toMatchObject({ status: 'warn', detail: 'PROVIDER_UNREACHABLE: tokens cannot be checked' });
    provider.mood = 'up';
    ahead = 1031;
    expect(await auth.authenticate(bearer(token))).toMatchObject({ scopes: SCOPES });
    expect(await part.health?.()).toEqual({ status: 'pass' });
  });

  it('that cannot be had are nobody’s fault: 503, and no word that the token was bad', async () => {
    provider.mood = 'down';
    const auth = await start();
    await expect(auth.authenticate(bearer(await forge(rsa)))).rejects.toMatchObject({ status: 503 });
    const asked = provider.asked.length;
    await expect(auth.authenticate(bearer(await forge(await newKey('RS256', 'x'))))).rejects.toMatchObject({ status: 503 });
    expect(provider.asked.length).toBe(asked);
  });

  it.each(['hanging', 'slow-body'] as const)('are waited for only so long: %s', async (mood) => {
    provider.mood = mood;
    const auth = await start({ timeoutSeconds: 1, ...(mood === 'slow-body' && { jwksUri: `${provider.issuer}/jwks` }) });
    const began = performance.now();
    await expect(auth.authenticate(bearer(await forge(rsa)))).rejects.toMatchObject({ status: 503 });
    expect(performance.now() - began).toBeLessThan(3000);
  });

  it('are taken from where the settings say, without discovery', async () => {
    const auth = await start({ jwksUri: `${provider.issuer}/jwks` });
    expect(await auth.authenticate(bearer(await forge(rsa)))).toMatchObject({ scopes: SCOPES });
    expect(provider.asked).toEqual(['/jwks']);
  });
});

describe('settings', () => {
  const setUp = (config: object) =>
    setUpPart(plugin, { config: { issuer: 'https://sso.health.example', audience: ['divoc'], roles, ...config }, uses: { state } });
  it.each([
    [{ issuer: 'http://sso.health.example' }],
    [{ issuer: 'http://localhost.evil.example' }],
    [{ issuer: 'https://user@sso.health.example' }],
    [{ issuer: 'https://sso.health.example?x' }],
    [{ audience: [] }],
    [{ audience: 'divoc' }],
    [{ algorithms: ['HS256'] }],
    [{ algorithms: ['none'] }],
    [{ algorithms: [] }],
    [{ roles: {} }],
    [{ roles: { nurse: ['*'] } }],
    [{ rolesClaims: ['realm_access.roles'] }],
    [{ jwksUri: 'http://keycloak/certs' }],
    [{ secret: 'x' }],
  ])('refuse %j', async (config) => await expect(setUp(config)).rejects.toThrow());

  it('must not let keys be stale before they are old', async () => {
    const config = { keysFreshSeconds: 600, keysStaleSeconds: 60 };
    expect(await plugin.check?.({ config } as never)).toMatchObject([{ code: 'KEYS_STALE_BEFORE_FRESH' }]);
    expect(await plugin.check?.({ config: { ...config, keysStaleSeconds: 600 } } as never)).toEqual([]);
  });
});
