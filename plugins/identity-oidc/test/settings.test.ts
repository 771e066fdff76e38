import { generateKeyPairSync } from 'node:crypto';
import type { CheckContext } from '@divoc/core/api';
import { setUpPart } from '@divoc/core/testkit';
import { describe, expect, it } from 'vitest';
import plugin from '../plugin.js';
import { newKey } from './provider.js';
import { esignet } from './scene.js';

const sound = {
  issuer: 'https://sso.health.example/realms/people',
  clientId: 'divoc',
  clientSecret: 'a-secret',
  redirectUri: 'https://divoc.health.example/x/national-id/callback',
};
const small = JSON.stringify(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'jwk' }));
const house = { profile: 'standard', claims: {}, requiredClaims: [], assertionAlgorithm: 'PS256', page: {} };
const found = async (changes: object, profile = 'production') => {
  const config = { ...house, ...sound, ...changes };
  const findings = await plugin.check?.({ config, instance: 'national-id', profile } as unknown as CheckContext<never>);
  return (findings ?? []).map(({ pointer, code }) => `${pointer} ${code}`);
};

describe('settings are checked before anything starts', () => {
  it.each<[string, object, string[]]>([
    ['sound ones', {}, []],
    ['e-Signet', esignet, []],
    ['Keycloak', { profile: 'keycloak' }, []],
    ['plain http', { issuer: 'http://127.0.0.1:8080' }, ['/issuer URL_INSECURE']],
    ['no URL', { issuer: 'https://' }, ['/issuer URL_INVALID']],
    ['answers go elsewhere', { redirectUri: 'https://divoc.health.example/x/other/callback' }, ['/redirectUri REDIRECT_ELSEWHERE']],
    ['answers over http', { redirectUri: 'http://localhost/x/national-id/callback' }, ['/redirectUri URL_INSECURE']],
    ['a Keycloak without realm', { profile: 'keycloak', issuer: 'https://sso.example/auth' }, ['/issuer ISSUER_NO_REALM']],
    ['no secret', { clientSecret: undefined }, [' CLIENT_SECRET_MISSING']],
    ['none needed', { clientSecret: undefined, clientAuth: 'none' }, []],
    ['e-Signet without key', { profile: 'esignet' }, [' CLIENT_KEY_MISSING']],
    ['a key that is none', { ...esignet, privateKey: 'secret' }, ['/privateKey CLIENT_KEY_UNREADABLE']],
    ['a JWK that is none', { ...esignet, privateKey: '{"kty":"RSA"}' }, ['/privateKey CLIENT_KEY_UNREADABLE']],
    ['a short key', { ...esignet, privateKey: small }, ['/privateKey CLIENT_KEY_UNREADABLE']],
    ['a key of another kind', { ...esignet, assertionAlgorithm: 'ES256' }, ['/privateKey CLIENT_KEY_UNREADABLE']],
    ['one that fits', { ...esignet, assertionAlgorithm: 'ES256', privateKey: JSON.stringify(newKey('ES256', 'a')) }, []],
    ['a level that there is not', { profile: 'keycloak', minimumAcr: '3' }, ['/minimumAcr ACR_UNKNOWN']],
    ['a claim that there is not', { requiredClaims: ['name', 'birthdate'] }, ['/requiredClaims/1 CLAIM_UNKNOWN']],
    ['a claim that was taken away', { claims: { email: null }, requiredClaims: ['email'] }, ['/requiredClaims/0 CLAIM_UNKNOWN']],
    ['one that was added', { claims: { nationality: 'nat' }, requiredClaims: ['nationality'] }, []],
  ])('%s', async (_, changes, codes) => expect(await found(changes)).toEqual(codes));

  it('http only on this machine, while developing', async () => {
    expect(await found({ issuer: 'http://127.0.0.1:8080' }, 'development')).toEqual([]);
    const config = { ...sound, issuer: 'http://id.example' };
    await expect(setUpPart(plugin, { config, profile: 'development', instance: 'national-id' })).rejects.toThrow(/issuer/);
    const insecure = { ...sound, issuer: 'http://127.0.0.1:1' };
    await expect(setUpPart(plugin, { config: insecure, instance: 'national-id' })).rejects.toThrow(/must be https/);
  });

  it('no finding repeats a key', async () => {
    const config = { ...house, ...sound, ...esignet, privateKey: 'very-secret-text' };
    const findings = await plugin.check?.({ config, instance: 'national-id', profile: 'production' } as unknown as CheckContext<never>);
    expect(JSON.stringify(findings)).not.toContain('very-secret-text');
  });
});
