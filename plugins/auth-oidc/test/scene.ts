import type { Auth, Part } from '@divoc/core/api';
import { type MemoryState, memoryState, setUpPart } from '@divoc/core/testkit';
import { importJWK, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import plugin from '../plugin.js';
import { newKey, type RunningProvider, startProvider } from './provider.js';

export const SCOPES = ['vaccination:record', 'vaccination:read'];
export const PERSON = '0b0e6a0c-8a0b-4c56-9a4e-1d5f4d1c2b3a';
export const roles = { 'facility-staff': SCOPES, controller: ['registry:write'], nothing: [] };
export const staff = { realm_access: { roles: ['facility-staff', 'offline_access'] } };
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
export const refused = (code: string) => ({
  status: 401,
  code,
  headers: { 'www-authenticate': expect.stringMatching(/^Bearer error="invalid_token", error_description="[ -!#-~]+"$/) },
});

/** What the tests of one file share: a provider, its keys, and our memory and clock, which are new for each test. */
export interface Scene {
  provider: RunningProvider;
  keys: JWK[];
  rsa: JWK;
  ec: JWK;
  ed: JWK;
  state: MemoryState;
  /** Seconds that our clock is ahead of the system's, which is the provider's. */
  ahead: number;
  startPart(config?: object): Promise<Part>;
  start(config?: object): Promise<Auth>;
  /** A token made by hand: any header, any claims, any key. */
  forge(key: JWK, changes?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
}

/** Sets the scene before all tests of the file that calls it. */
export function setScene(): Scene {
  const scene = {
    ahead: 0,
    startPart: async (config: object = {}) =>
      setUpPart(plugin, {
        config: { issuer: scene.provider.issuer, audience: ['divoc'], roles, ...config },
        uses: { state: scene.state },
        clock: { now: () => new Date(Date.now() + scene.ahead * 1000) },
      }),
    start: async (config: object = {}) => (await scene.startPart(config)).ports.auth as Auth,
    async forge(key: JWK, changes: Record<string, unknown> = {}, header: Record<string, unknown> = {}) {
      const iat = Math.floor(Date.now() / 1000);
      const claims = { iss: scene.provider.issuer, aud: 'divoc', sub: PERSON, iat, exp: iat + 300, ...staff, ...changes };
      return new SignJWT(JSON.parse(JSON.stringify(claims)))
        .setProtectedHeader({ alg: key.alg as string, kid: key.kid as string, typ: 'at+jwt', ...header })
        .sign(await importJWK(key));
    },
  } as Scene;
  beforeAll(async () => {
    const [rsa, ec, ed] = await Promise.all([newKey('RS256', 'rsa-1'), newKey('ES256', 'ec-1'), newKey('EdDSA', 'ed-1')]);
    Object.assign(scene, { rsa, ec, ed, keys: [rsa, ec, ed] });
    scene.provider = await startProvider(scene.keys);
  });
  afterAll(() => scene.provider.stop());
  beforeEach(async () => {
    scene.state = memoryState();
    scene.ahead = 0;
    scene.provider.mood = 'up';
    await scene.provider.rotate(scene.keys);
    scene.provider.asked.length = 0;
  });
  return scene;
}
