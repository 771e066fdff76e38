import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKey, type RunningProvider, startProvider } from '../../plugins/auth-oidc/test/provider.js';
import { dose } from './requests.js';
import { newHome, type RunningHouse, root, startHouse, tokenFor } from './running-house.js';

/** Tokens of this machine and of an OpenID provider, in one house, whichever stands first in the manifest. */
describe.each(['local first', 'provider first'])('%s', (order) => {
  const home = newHome();
  let adopter: string;
  let provider: RunningProvider;
  let impostor: RunningProvider;
  let house: RunningHouse;
  beforeAll(async () => {
    provider = await startProvider([await newKey('RS256', 'key')]);
    impostor = await startProvider([await newKey('RS256', 'key')], provider.issuer);
    const roles = 'roles: { nurse: [vaccination:record, vaccination:read] }';
    const sso = `  sso: { use: auth-oidc, version: ^0.1, with: { issuer: '${provider.issuer}', audience: [divoc], ${roles} } }`;
    const demo = readFileSync(join(root, 'adopters/demo/adopter.yaml'), 'utf8');
    adopter = join(mkdtempSync(join(tmpdir(), 'divoc-auths-')), 'adopter.yaml');
    writeFileSync(
      adopter,
      demo.replace(/^ {2}staff: .*$/m, (staff) => (order === 'local first' ? `${staff}\n${sso}` : `${sso}\n${staff}`)),
    );
    house = await startHouse({ adopter, home });
  });
  afterAll(async () => {
    await house.stop();
    await Promise.all([provider.stop(), impostor.stop()]);
    rmSync(home, { recursive: true, force: true });
  });

  const record = async (token: string | undefined, code: string) => {
    const response = await fetch(`${house.address}/v1/vaccinations`, {
      method: 'POST',
      body: JSON.stringify(dose(code)),
      headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    });
    const { code: problem } = (await response.json()) as { code?: string };
    return [response.status, problem, response.headers.get('www-authenticate')];
  };
  const nurse = { claims: { realm_access: { roles: ['nurse'] } } };

  it('both let their own in', async () => {
    expect((await record(tokenFor(home, 'asha', 'facility-staff', { adopter }), `${order} 1`))[0]).toBe(201);
    expect((await record(await provider.token(nurse), `${order} 2`))[0]).toBe(201);
  });

  it('neither lets in whom the other would not know', async () => {
    expect(await record(undefined, 'x')).toEqual([401, 'UNAUTHENTICATED', 'Bearer']);
    expect(await record('opaque', 'x')).toEqual([401, 'UNAUTHENTICATED', 'Bearer']);
    expect(await record(await impostor.token(nurse), 'x')).toMatchObject([401, 'TOKEN_INVALID', expect.stringContaining('invalid_token')]);
    expect(await record(await provider.token({ ...nurse, audience: 'other' }), 'x')).toMatchObject([
      401,
      'TOKEN_AUDIENCE_WRONG',
      expect.anything(),
    ]);
    expect(await record(await provider.token(), 'x')).toMatchObject([403, 'SCOPE_MISSING', expect.stringContaining('insufficient_scope')]);
    const altered = tokenFor(home, 'asha', 'facility-staff', { adopter }).replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'));
    expect(await record(altered, 'x')).toMatchObject([401, 'TOKEN_INVALID', expect.anything()]);
  });

  it('a provider that is down is nothing to those who do not need it, and its keys outlive it for a while', async () => {
    const token = await provider.token(nurse);
    provider.mood = 'down';
    expect((await record(tokenFor(home, 'asha', 'facility-staff', { adopter }), `${order} 3`))[0]).toBe(201);
    expect((await record(token, `${order} 4`))[0]).toBe(201);
    provider.mood = 'up';
  });
});
