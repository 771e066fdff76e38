import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto';
import { isRefusal } from '@divoc/core/api';
import { memoryState } from '@divoc/core/testkit';
import { describe, expect, it } from 'vitest';
import { newKey, startProvider } from './provider.js';
import { bearer, PERSON, refused, SCOPES, setScene, staff } from './scene.js';

const scene = setScene();

describe('a token of the provider', () => {
  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('signed with %s is that of an actor with the scopes of its roles', async (alg) => {
    if (alg === 'PS256') await scene.provider.rotate([{ ...scene.rsa, alg: 'PS256' }]);
    const actor = await (await scene.start()).authenticate(bearer(await scene.provider.token({ alg, claims: staff })));
    expect(actor).toEqual({ id: expect.stringMatching(/^oidc:[\w-]{8}:[\w-]{43}$/), roles: ['facility-staff'], scopes: SCOPES });
    expect(scene.provider.asked).toEqual(['/.well-known/openid-configuration', '/jwks']);
  });

  it("has Keycloak's client roles, those of RFC 9068, words of `scope` or a claim with a URL for its name", async () => {
    const auth = await scene.start({
      rolesClaims: ['/resource_access/divoc.api/roles', '/roles', '/scope', '/https:~1~1health.example~1roles'],
    });
    const of = async (claims: Record<string, unknown>) =>
      (await auth.authenticate(bearer(await scene.forge(scene.rsa, { realm_access: undefined, ...claims }))))?.roles;
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
    const auth = await scene.start();
    for (const role of ['admin', 'facility-staff ', 'Facility-Staff', 'constructor', 'nothing']) {
      const actor = await auth.authenticate(bearer(await scene.forge(scene.rsa, { realm_access: { roles: [role] } })));
      expect(actor?.scopes).toEqual([]);
    }
  });

  it('for several audiences is accepted for ours', async () => {
    const token = await scene.forge(scene.rsa, { aud: ['account', 'divoc'] });
    expect(await (await scene.start({ audience: ['other', 'divoc'] })).authenticate(bearer(token))).toMatchObject({ scopes: SCOPES });
  });
});

describe('the actor', () => {
  it('of a random subject keeps it, for the administrator of the provider', async () => {
    const auth = await scene.start();
    const { id } = (await auth.authenticate(bearer(await scene.forge(scene.rsa)))) as { id: string };
    expect(id).toMatch(new RegExp(`^oidc:[\\w-]{8}:${PERSON}$`));
    expect(await auth.authenticate(bearer(await scene.forge(scene.rsa, { sub: PERSON.toUpperCase() })))).toMatchObject({ id });
    expect(scene.state.entries.size).toBe(0);
  });

  it('of any other subject is a keyed hash: stable, and it says nothing', async () => {
    const token = await scene.forge(scene.rsa, { sub: 'asha.perera@health.example' });
    const first = await (await scene.start()).authenticate(bearer(token));
    expect(first?.id).toMatch(/^oidc:[\w-]{8}:[\w-]{43}$/);
    // Another process of the same deployment, then another deployment.
    expect(await (await scene.start()).authenticate(bearer(token))).toEqual(first);
    scene.state = memoryState();
    expect((await (await scene.start()).authenticate(bearer(token)))?.id).not.toBe(first?.id);
  });

  it('is one when two processes make the key at once', async () => {
    const token = await scene.forge(scene.rsa, { sub: 'asha' });
    const auths = await Promise.all([scene.start(), scene.start(), scene.start()]);
    const ids = await Promise.all(auths.map(async (auth) => (await auth.authenticate(bearer(token)))?.id));
    expect(new Set(ids).size).toBe(1);
  });

  it('is another for another issuer', async () => {
    const other = await startProvider(scene.keys);
    const auth = await scene.start({ issuer: other.issuer });
    const [ours, theirs] = [
      await (await scene.start()).authenticate(bearer(await scene.forge(scene.rsa))),
      await auth.authenticate(bearer(await scene.forge(scene.rsa, { iss: other.issuer }))),
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
    expect(await (await scene.start()).authenticate(headers)).toBeNull();
    expect(scene.provider.asked).toEqual([]);
  });

  it('a token of another issuer, although it is signed with our keys', async () => {
    const auth = await scene.start();
    for (const iss of ['https://elsewhere.example', `${scene.provider.issuer}/`, undefined, ['x'], 'divoc-local']) {
      expect(await auth.authenticate(bearer(await scene.forge(scene.rsa, { iss })))).toBeNull();
    }
    expect(scene.provider.asked).toEqual([]);
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
    const token = await scene.forge(scene.rsa, changes);
    const refusal = await (await scene.start()).authenticate(bearer(token)).catch((error: unknown) => error);
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
    const auth = await scene.start(tokenType === undefined ? {} : { tokenType });
    const asked = auth.authenticate(bearer(await scene.forge(scene.rsa, {}, { typ: typ as string })));
    if (isGood) expect(await asked).toMatchObject({ scopes: SCOPES });
    else await expect(asked).rejects.toMatchObject(refused('TOKEN_TYPE_WRONG'));
  });

  it('under the DPoP scheme, since the proof cannot be checked from headers alone', async () => {
    const headers = { authorization: `DPoP ${await scene.forge(scene.rsa)}`, dpop: 'x' };
    await expect((await scene.start()).authenticate(headers)).rejects.toMatchObject(refused('TOKEN_SENDER_BOUND'));
  });

  it('signed by nobody, or with the public key as a secret', async () => {
    const auth = await scene.start();
    const [, claims = ''] = (await scene.forge(scene.rsa)).split('.');
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const alg of ['none', 'None', 'NONE', '']) {
      await expect(auth.authenticate(bearer(`${encode({ alg })}.${claims}.`))).rejects.toMatchObject({ status: 401 });
    }
    const { n = '', e = '' } = scene.rsa;
    const pem = createPublicKey({ key: { kty: 'RSA', n, e } as JsonWebKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    for (const secret of [pem, Buffer.from(n, 'base64url'), n, '']) {
      const input = `${encode({ alg: 'HS256', kid: 'rsa-1', typ: 'at+jwt' })}.${claims}`;
      const token = `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
      await expect(auth.authenticate(bearer(token))).rejects.toMatchObject(refused('TOKEN_ALGORITHM_REFUSED'));
    }
  });

  it('with another algorithm than is accepted', async () => {
    const auth = await scene.start({ algorithms: ['ES256'] });
    await expect(auth.authenticate(bearer(await scene.forge(scene.rsa)))).rejects.toMatchObject(refused('TOKEN_ALGORITHM_REFUSED'));
    expect(await auth.authenticate(bearer(await scene.forge(scene.ec)))).toMatchObject({ scopes: SCOPES });
  });

  it('with any bit of it changed, and no answer says more than that', async () => {
    const auth = await scene.start();
    const token = await scene.forge(scene.ed);
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
    const auth = await scene.start();
    for (const header of [
      { jwk: { kty, n, e } },
      { jku: 'https://evil.example/jwks' },
      { x5u: 'https://evil.example/x' },
      { x5c: ['MIIB'] },
    ]) {
      await expect(auth.authenticate(bearer(await scene.forge(own, {}, header)))).rejects.toMatchObject(refused('TOKEN_INVALID'));
      // Beside a good signature they change nothing.
      expect(await auth.authenticate(bearer(await scene.forge(scene.rsa, {}, header)))).toMatchObject({ scopes: SCOPES });
    }
    expect(scene.provider.asked).toEqual(['/.well-known/openid-configuration', '/jwks']);
  });

  it('with a critical header that nobody here knows', async () => {
    const [, claims = ''] = (await scene.forge(scene.rsa)).split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: 'rsa-1', crit: ['x'], x: 1 })).toString('base64url');
    await expect((await scene.start()).authenticate(bearer(`${header}.${claims}.AAAA`))).rejects.toMatchObject(refused('TOKEN_INVALID'));
  });

  it('and nothing of it is repeated', async () => {
    const token = await scene.forge(scene.rsa, { aud: 'secret-audience', sub: 'asha.perera@health.example' });
    const error = (await (await scene.start()).authenticate(bearer(token)).catch((refusal: unknown) => refusal)) as Error & {
      headers: object;
    };
    const said = JSON.stringify([error.message, error.headers, { ...error }]);
    for (const part of [...token.split('.'), 'secret-audience', 'asha', '127.0.0.1']) expect(said).not.toContain(part);
  });
});
