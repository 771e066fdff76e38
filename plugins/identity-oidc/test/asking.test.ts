import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningProvider } from './provider.js';
import { esignet, faultOf, REDIRECT, runEsignet, runStandard, setScene } from './scene.js';

let plain: RunningProvider;
let signet: RunningProvider;
beforeAll(async () => {
  [plain, signet] = await Promise.all([runStandard(), runEsignet()]);
});
afterAll(() => Promise.all([plain.stop(), signet.stop()]));

describe('the provider is asked', () => {
  it('with PKCE, state and nonce, which are new each time and none of them the id', async () => {
    const scene = await setScene({ provider: plain });
    const begun = [await scene.begin(), await scene.begin()];
    const [first, second] = begun.map(({ url }) => Object.fromEntries(new URL(url).searchParams));
    expect(first).toMatchObject({ client_id: 'divoc', response_type: 'code', redirect_uri: REDIRECT, code_challenge_method: 'S256' });
    expect(first).toMatchObject({ prompt: 'login', max_age: '600' });
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(first?.[name]).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(first?.[name]).not.toBe(second?.[name]);
      expect(begun.map(({ id }) => id)).not.toContain(first?.[name]);
    }
  });

  it('for scopes that hold what the programme may see, and no others', async () => {
    const scene = await setScene({ provider: plain });
    const scope = async (claims: readonly string[]) => new URL((await scene.begin({ claims })).url).searchParams.get('scope');
    expect(await scope([])).toBe('openid');
    expect(await scope(['birthDate', 'gender'])).toBe('openid profile');
    expect(await scope(['email', 'phone', 'name', 'nonsense', 'constructor'])).toBe('openid email phone profile');
  });

  it('by e-Signet for single claims and for ways of signing in', async () => {
    const scene = await setScene({
      provider: signet,
      config: { ...esignet, minimumAcr: 'mosip:idp:acr:generated-code', requiredClaims: ['birthDate'], languages: ['si', 'en'] },
    });
    const query = Object.fromEntries(new URL((await scene.begin({ claims: ['birthDate', 'name'] })).url).searchParams);
    expect(query).toMatchObject({ scope: 'openid', prompt: 'consent', claims_locales: 'si en' });
    expect(query.acr_values).toBe('mosip:idp:acr:biometrics mosip:idp:acr:linked-wallet mosip:idp:acr:generated-code');
    expect(JSON.parse(query.claims as string)).toEqual({ userinfo: { birthdate: { essential: true }, name: null } });
  });
});

describe('what is learnt', () => {
  it("is in the house's coding, and one person is one subject with or without claims", async () => {
    const scene = await setScene({ provider: plain, config: { languages: ['si'] } });
    const claims = ['name', 'birthDate', 'gender', 'email', 'phone'];
    const [all, none] = [await scene.begin({ claims }), await scene.begin({ claims: [] })];
    await scene.meet(all);
    await scene.meet(none);
    const first = await scene.identify(all, { claims });
    expect(first).toEqual({
      scheme: 'oidc',
      subject: JSON.stringify([plain.issuer, 'asha-4411-0935-7761']),
      assurance: { ial: 0, basis: 'oidc-login' },
      claims: { name: 'ආශා පෙරේරා', birthDate: '1984-03-02', gender: 'female', email: 'asha@mail.example', phone: '+94771234567' },
    });
    expect(await scene.identity.look(none.id, 'nurse')).toEqual({ state: 'ready', claims: {} });
    expect(await scene.identify(none, { claims })).toEqual({ ...first, claims: undefined });
  });

  it('is not what was not there: without a claim that is required nobody is identified', async () => {
    const scene = await setScene({ provider: plain, config: { requiredClaims: ['email'] } });
    const [with_, without] = [await scene.begin({ claims: ['email'] }), await scene.begin({ claims: ['email'] })];
    await scene.meet(with_);
    await scene.meet(without, { person: 'ravi' });
    expect(await faultOf(scene.identify(with_, { claims: ['email'] }))).toBe('answered');
    expect(await scene.identity.look(without.id, 'nurse')).toEqual({ state: 'failed', reason: 'CLAIM_MISSING' });
  });
});

describe('how somebody signed in', () => {
  const levels = [
    { acr: 'weak', ial: 1, basis: 'password' },
    { acr: 'strong', ial: 1, basis: 'card' },
    { acr: 'strong', amr: ['bio', 'hwk'], ial: 2, basis: 'card-and-finger' },
  ];
  const assurance = async (config: object, visit: { acr?: string; amr?: string[] }) => {
    const scene = await setScene({ provider: plain, config: { levels, ...config } });
    const challenge = await scene.begin();
    await scene.meet(challenge, visit);
    const found = await scene.identity.look(challenge.id, 'nurse');
    return found?.state === 'failed' ? found.reason : (await scene.identify(challenge)).assurance.basis;
  };

  it.each([
    [{ acr: 'weak' }, 'password'],
    [{ acr: 'strong' }, 'card'],
    [{ acr: 'strong', amr: ['hwk'] }, 'card'],
    [{ acr: 'strong', amr: ['hwk', 'pin', 'bio'] }, 'card-and-finger'],
    [{ acr: 'weak', amr: ['hwk', 'bio'] }, 'password'],
    [{ acr: 'other' }, 'oidc-login'],
    [{}, 'oidc-login'],
  ])('%o is %s', async (visit, basis) => expect(await assurance({}, visit)).toBe(basis));

  it.each([
    [{ acr: 'weak' }, 'ASSURANCE_TOO_LOW'],
    [{ acr: 'other' }, 'ASSURANCE_TOO_LOW'],
    [{}, 'ASSURANCE_TOO_LOW'],
    [{ acr: 'strong' }, 'card'],
    [{ acr: 'strong', amr: ['hwk', 'bio'] }, 'card-and-finger'],
  ])('at least strong: %o is %s', async (visit, answer) => expect(await assurance({ minimumAcr: 'strong' }, visit)).toBe(answer));
});
