import type { Auth } from '@divoc/core/api';
import { type AuthSubject, authContract, handClock, holdTo, memoryState, setUpPart } from '@divoc/core/testkit';
import { afterAll, beforeAll, it } from 'vitest';
import plugin from '../plugin.js';
import { newKey, type RunningProvider, startProvider } from './provider.js';

let provider: RunningProvider;
let impostor: RunningProvider;
beforeAll(async () => {
  provider = await startProvider([await newKey('ES256', 'key')]);
  impostor = await startProvider([await newKey('ES256', 'key')], provider.issuer);
});
afterAll(() => Promise.all([provider.stop(), impostor.stop()]));

const roles = { nurse: ['vaccination:record'], clerk: ['registry:read', 'registry:write'] };

async function subject(): Promise<AuthSubject> {
  const config = { issuer: provider.issuer, audience: ['divoc'], roles };
  // The provider lives in real time, and so do its tokens.
  const clock = handClock(new Date(Date.now()).toISOString());
  const part = await setUpPart(plugin, { config, uses: { state: memoryState() }, clock });
  const headers = async (from: RunningProvider, role: string, options: { client?: 'machine' | 'other'; seconds?: number } = {}) => ({
    authorization: `Bearer ${await from.token({ alg: 'ES256', claims: { roles: [role] }, ...options })}`,
  });
  const expired = await headers(provider, 'nurse', { seconds: 10 });
  clock.pass(60);
  return {
    auth: part.ports.auth as Auth,
    nurse: { headers: await headers(provider, 'nurse'), scopes: roles.nurse },
    clerk: { headers: await headers(provider, 'clerk', { client: 'other' }), scopes: roles.clerk },
    expired,
    forged: await headers(impostor, 'nurse'),
    unknownRole: await headers(provider, 'admin'),
    foreign: { authorization: `Bearer ${await foreignToken()}` },
  };
}

/** A token of a provider that is not in the settings. */
async function foreignToken(): Promise<string> {
  const elsewhere = await startProvider([await newKey('ES256', 'key')]);
  const token = await elsewhere.token({ alg: 'ES256' });
  await elsewhere.stop();
  return token;
}

holdTo(it, authContract, subject);
