import type { Auth } from '@divoc/core/api';
import { setUpPart } from '@divoc/core/testkit';
import { describe, expect, it } from 'vitest';
import plugin from '../plugin.js';
import { newKey } from './provider.js';
import { bearer, refused, roles, SCOPES, setScene, staff } from './scene.js';

const scene = setScene();

describe('clocks', () => {
  it('may be off by as much as the settings allow, and no more', async () => {
    const token = await scene.provider.token({ claims: staff, seconds: 60 });
    const auth = await scene.start({ clockToleranceSeconds: 20 });
    scene.ahead = 75;
    expect(await auth.authenticate(bearer(token))).not.toBeNull();
    scene.ahead = 82;
    await expect(auth.authenticate(bearer(token))).rejects.toMatchObject(refused('TOKEN_EXPIRED'));
    scene.ahead = -15;
    expect(await auth.authenticate(bearer(token))).not.toBeNull();
    scene.ahead = -25;
    await expect(auth.authenticate(bearer(token))).rejects.toMatchObject(refused('TOKEN_NOT_YET_VALID'));
  });
});

describe("the provider's keys", () => {
  it('are asked for by the first token alone, and once for many', async () => {
    const auth = await scene.start();
    expect(scene.provider.asked).toEqual([]);
    const token = await scene.provider.token({ claims: staff });
    await Promise.all(Array.from({ length: 20 }, () => auth.authenticate(bearer(token))));
    expect(scene.provider.asked).toHaveLength(2);
  });

  it('are found again after a rotation, and a key that is gone is gone', async () => {
    const auth = await scene.start();
    const old = await scene.provider.token({ claims: staff });
    await auth.authenticate(bearer(old));
    await scene.provider.rotate([await newKey('RS256', 'rsa-2')]);
    const fresh = await scene.provider.token({ claims: staff });
    // The last look was a moment ago: it is not repeated for anybody who asks.
    await expect(auth.authenticate(bearer(fresh))).rejects.toMatchObject(refused('TOKEN_KEY_UNKNOWN'));
    scene.ahead = 31;
    expect(await auth.authenticate(bearer(fresh))).toMatchObject({ scopes: SCOPES });
    await expect(auth.authenticate(bearer(old))).rejects.toMatchObject(refused('TOKEN_KEY_UNKNOWN'));
  });

  it('are not asked for again by every invented key id', async () => {
    const auth = await scene.start();
    await auth.authenticate(bearer(await scene.forge(scene.rsa)));
    for (let i = 0; i < 30; i += 1) {
      scene.ahead += 3;
      const token = await scene.forge(scene.rsa, {}, { kid: `invented-${i}` });
      await expect(auth.authenticate(bearer(token))).rejects.toMatchObject(refused('TOKEN_KEY_UNKNOWN'));
    }
    expect(scene.provider.asked.filter((path) => path === '/jwks').length).toBeLessThanOrEqual(4);
  });

  it('are renewed beside the requests when they have aged', async () => {
    const auth = await scene.start({ maxTokenAgeSeconds: 86_400 });
    await auth.authenticate(bearer(await scene.forge(scene.rsa)));
    scene.provider.mood = 'hanging';
    scene.ahead = 601;
    const [began, token] = [performance.now(), await scene.forge(scene.rsa, { exp: Math.floor(Date.now() / 1000) + 900 })];
    expect(await auth.authenticate(bearer(token))).not.toBeNull();
    expect(performance.now() - began).toBeLessThan(4500);
    await expect.poll(() => scene.provider.asked.length).toBe(3);
  });

  it('outlive a short outage, and not a long one', async () => {
    const part = await scene.startPart({ keysFreshSeconds: 60, keysStaleSeconds: 900 });
    const auth = part.ports.auth as Auth;
    const token = await scene.forge(scene.rsa, { exp: Math.floor(Date.now() / 1000) + 3000 });
    await auth.authenticate(bearer(token));
    scene.provider.mood = 'down';
    for (scene.ahead of [100, 500, 899]) {
      expect(await auth.authenticate(bearer(token))).toMatchObject({ scopes: SCOPES });
      await expect
        .poll(() => part.health?.())
        .toMatchObject({ status: 'warn', detail: 'PROVIDER_UNREACHABLE: the keys at hand are used meanwhile' });
    }
    scene.ahead = 1000;
    const refusal = { status: 503, code: 'AUTH_PROVIDER_UNREACHABLE', headers: { 'retry-after': expect.stringMatching(/^[1-9]\d*$/) } };
    await expect(auth.authenticate(bearer(token))).rejects.toMatchObject(refusal);
    expect(await part.health?.()).toMatchObject({ status: 'warn', detail: 'PROVIDER_UNREACHABLE: tokens cannot be checked' });
    scene.provider.mood = 'up';
    scene.ahead = 1031;
    expect(await auth.authenticate(bearer(token))).toMatchObject({ scopes: SCOPES });
    expect(await part.health?.()).toEqual({ status: 'pass' });
  });

  it('that cannot be had are nobody’s fault: 503, and no word that the token was bad', async () => {
    scene.provider.mood = 'down';
    const auth = await scene.start();
    await expect(auth.authenticate(bearer(await scene.forge(scene.rsa)))).rejects.toMatchObject({ status: 503 });
    const asked = scene.provider.asked.length;
    await expect(auth.authenticate(bearer(await scene.forge(await newKey('RS256', 'x'))))).rejects.toMatchObject({ status: 503 });
    expect(scene.provider.asked.length).toBe(asked);
  });

  it.each(['hanging', 'slow-body'] as const)('are waited for only so long: %s', async (mood) => {
    scene.provider.mood = mood;
    const auth = await scene.start({ timeoutSeconds: 1, ...(mood === 'slow-body' && { jwksUri: `${scene.provider.issuer}/jwks` }) });
    const began = performance.now();
    await expect(auth.authenticate(bearer(await scene.forge(scene.rsa)))).rejects.toMatchObject({ status: 503 });
    expect(performance.now() - began).toBeLessThan(4500);
  });

  it('are taken from where the settings say, without discovery', async () => {
    const auth = await scene.start({ jwksUri: `${scene.provider.issuer}/jwks` });
    expect(await auth.authenticate(bearer(await scene.forge(scene.rsa)))).toMatchObject({ scopes: SCOPES });
    expect(scene.provider.asked).toEqual(['/jwks']);
  });
});

describe('settings', () => {
  const setUp = (config: object) =>
    setUpPart(plugin, {
      config: { issuer: 'https://sso.health.example', audience: ['divoc'], roles, ...config },
      uses: { state: scene.state },
    });
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
