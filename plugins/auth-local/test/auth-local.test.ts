import { createHmac } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Auth, isRefusal, type PartContext } from '@divoc/core/api';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import plugin from '../plugin.js';

const ROLES = { 'facility-staff': ['vaccination:record', 'vaccination:read', 'certificates:read'] };
let home: string;
let now: number;
let lines: string[];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'auth-'));
  now = Date.parse('2026-11-25T10:00:00.500Z');
  lines = [];
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

interface Start {
  profile?: string;
  issuer?: string;
  roles?: object;
  tenant?: string;
}

async function start({
  profile = 'development',
  issuer = 'divoc-local',
  roles = ROLES,
  tenant = 'main',
}: Start = {}): Promise<Required<Auth>> {
  const write = (fields: object, message: string) => void lines.push(JSON.stringify({ ...fields, message }));
  const log = { debug: write, info: write, warn: write, error: write };
  const context = { config: { issuer, roles }, profile, tenant, home, log, clock: { now: () => new Date(now) } };
  const part = await plugin.setup(context as unknown as PartContext<never>, {} as never);
  return part.ports.auth as Required<Auth>;
}

const keyFile = () => join(home, 'auth-local.key');
const nurse = { role: 'facility-staff', name: 'nurse', validForSeconds: 600 };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string | undefined) => JSON.parse(Buffer.from(part ?? '', 'base64url').toString());

/** A token with any header and claims, signed with the real key (or another) by hand. */
function forge(header: object, claims: object, { hash = 'sha256', key = readFileSync(keyFile()) as Buffer } = {}): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${createHmac(hash, key).update(input).digest('base64url')}`;
}
const HEADER = { alg: 'HS256', typ: 'divoc-local+jwt' };
const claims = (changes: object = {}) => {
  const iat = Math.floor(now / 1000);
  return { role: 'facility-staff', tenant: 'main', iss: 'divoc-local', sub: 'local:nurse', iat, exp: iat + 600, ...changes };
};
const refused = (code: string) => ({
  status: 401,
  code,
  headers: { 'www-authenticate': expect.stringMatching(/^Bearer error="invalid_token", error_description="[ -!#-~]+"$/) },
});

describe('a minted token', () => {
  it('is that of an actor with the scopes of its role', async () => {
    const auth = await start();
    const token = await auth.mint(nurse);
    expect(await auth.authenticate(bearer(token))).toEqual({
      id: 'local:nurse',
      roles: ['facility-staff'],
      scopes: ROLES['facility-staff'],
    });
    expect(await auth.authenticate({ authorization: `bEARER   ${token}` })).toMatchObject({ id: 'local:nurse' });
    expect([decode(token.split('.')[0]), decode(token.split('.')[1])]).toEqual([HEADER, claims()]);
  });

  it('is read by another process on the same data folder, and by no other folder', async () => {
    const token = await (await start()).mint(nurse);
    expect(await (await start()).authenticate(bearer(token))).toMatchObject({ id: 'local:nurse' });
    rmSync(keyFile());
    await expect((await start()).authenticate(bearer(token))).rejects.toMatchObject(refused('TOKEN_INVALID'));
  });

  it('expires, by the injected clock alone', async () => {
    const auth = await start();
    const token = await auth.mint(nurse);
    now += 604_000;
    expect(await auth.authenticate(bearer(token))).not.toBeNull();
    now += 2000;
    await expect(auth.authenticate(bearer(token))).rejects.toMatchObject(refused('TOKEN_EXPIRED'));
  });

  it('ends with its role, and follows its scopes', async () => {
    const token = await (await start()).mint(nurse);
    expect(await (await start({ roles: { 'facility-staff': ['a:b'] } })).authenticate(bearer(token))).toMatchObject({ scopes: ['a:b'] });
    await expect((await start({ roles: { other: ['a:b'] } })).authenticate(bearer(token))).rejects.toMatchObject(refused('TOKEN_INVALID'));
  });

  it('is good for its own tenant alone', async () => {
    const token = await (await start({ tenant: 'other' })).mint(nurse);
    await expect((await start()).authenticate(bearer(token))).rejects.toMatchObject(refused('TOKEN_INVALID'));
  });

  it.each([
    [{ role: 'admin' }, 'ROLE_UNKNOWN', 'facility-staff'],
    [{ role: 'toString' }, 'ROLE_UNKNOWN', 'facility-staff'],
    [{ name: '' }, 'NAME_INVALID', '64'],
    [{ name: 'a b' }, 'NAME_INVALID', '64'],
    [{ name: 'a\nb' }, 'NAME_INVALID', '64'],
    [{ name: 'a'.repeat(65) }, 'NAME_INVALID', '64'],
    [{ validForSeconds: 0 }, 'VALIDITY_OUT_OF_RANGE', '43200'],
    [{ validForSeconds: 43_201 }, 'VALIDITY_OUT_OF_RANGE', '43200'],
    [{ validForSeconds: 1.5 }, 'VALIDITY_OUT_OF_RANGE', '43200'],
    [{ validForSeconds: Number.NaN }, 'VALIDITY_OUT_OF_RANGE', '43200'],
  ])('is not made for %j', async (change, code, fix) => {
    await expect((await start()).mint({ ...nurse, ...change })).rejects.toMatchObject({ code, fix: expect.stringContaining(fix) });
  });
});

describe('what is not ours is left to others', () => {
  it.each([
    {},
    { authorization: undefined },
    { authorization: '' },
    { authorization: 'Basic bnVyc2U6eA==' },
    { authorization: 'Bearer' },
    { authorization: 'Bearer opaque' },
    { authorization: 'Bearer a.b.c' },
    { authorization: 'Bearer a b' },
    { cookie: 'token=x' },
  ])('%j', async (headers) => expect(await (await start()).authenticate(headers)).toBeNull());

  it('another issuer, even under our key', async () => {
    const auth = await start();
    expect(await auth.authenticate(bearer(forge(HEADER, claims({ iss: 'https://id.example' }))))).toBeNull();
    expect(await auth.authenticate(bearer(await (await start({ issuer: 'second' })).mint(nurse)))).toBeNull();
  });
});

describe('what says it is ours and is not is refused', () => {
  it('the forger itself makes good tokens', async () => {
    const auth = await start();
    expect(await auth.authenticate(bearer(forge(HEADER, claims())))).toMatchObject({ id: 'local:nurse' });
  });

  it.each<[string, () => string]>([
    ['alg none', () => `${encode({ ...HEADER, alg: 'none' })}.${encode(claims())}.`],
    ['alg None with a signature', () => forge({ ...HEADER, alg: 'None' }, claims())],
    ['HS384', () => forge({ ...HEADER, alg: 'HS384' }, claims(), { hash: 'sha384' })],
    ['HS512', () => forge({ ...HEADER, alg: 'HS512' }, claims(), { hash: 'sha512' })],
    ['RS256 in name', () => forge({ ...HEADER, alg: 'RS256' }, claims())],
    ['no alg', () => forge({ typ: HEADER.typ }, claims())],
    ['no typ', () => forge({ alg: 'HS256' }, claims())],
    ['another typ', () => forge({ alg: 'HS256', typ: 'JWT' }, claims())],
    ['an unknown critical header', () => forge({ ...HEADER, crit: ['x'], x: 1 }, claims())],
    ['another key', () => forge(HEADER, claims(), { key: Buffer.alloc(32) })],
    ['an empty key', () => forge(HEADER, claims(), { key: Buffer.alloc(0) })],
    ['no exp', () => forge(HEADER, claims({ exp: undefined }))],
    ['exp as text', () => forge(HEADER, claims({ exp: '2099-01-01' }))],
    ['no iat', () => forge(HEADER, claims({ iat: undefined }))],
    ['an iat to come', () => forge(HEADER, claims({ iat: Math.floor(now / 1000) + 60 }))],
    ['no sub', () => forge(HEADER, claims({ sub: undefined }))],
    ['a sub of another kind', () => forge(HEADER, claims({ sub: 'house' }))],
    ['no role', () => forge(HEADER, claims({ role: undefined }))],
    ['a role that every object has', () => forge(HEADER, claims({ role: 'constructor' }))],
    ['a list of roles', () => forge(HEADER, claims({ role: ['facility-staff'] }))],
    ['no tenant', () => forge(HEADER, claims({ tenant: undefined }))],
    ['nbf to come', () => forge(HEADER, claims({ nbf: Math.floor(now / 1000) + 60 }))],
  ])('%s', async (_name, token) => {
    const auth = await start();
    await expect(auth.authenticate(bearer(token()))).rejects.toMatchObject(refused('TOKEN_INVALID'));
  });

  it('and one that would last longer than any of ours ends when ours would', async () => {
    const auth = await start();
    const token = forge(HEADER, claims({ exp: 4_000_000_000 }));
    now += 12 * 3_600_000 + 10_000;
    await expect(auth.authenticate(bearer(token))).rejects.toMatchObject(refused('TOKEN_EXPIRED'));
  });

  it('whichever character is changed', async () => {
    const auth = await start();
    const token = await auth.mint(nurse);
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom(...'AZaz09-_.'), async (at, character) => {
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        const same = changed
          .split('.')
          .every((part, i) => Buffer.from(part, 'base64url').equals(Buffer.from(token.split('.')[i] ?? '', 'base64url')));
        const outcome = await auth.authenticate(bearer(changed)).catch((error: unknown) => error);
        if (!same) expect(outcome === null || (isRefusal(outcome) && outcome.status === 401)).toBe(true);
      }),
    );
  });

  it('whatever the header holds, the answer is null or 401', async () => {
    const auth = await start();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.tuple(fc.jsonValue(), fc.jsonValue()).map(([h, c]) => `Bearer ${encode(h)}.${encode(c)}.AA`),
        ),
        async (authorization) => {
          const outcome = await auth.authenticate({ authorization }).catch((error: unknown) => error);
          expect(outcome === null || (isRefusal(outcome) && outcome.status === 401)).toBe(true);
        },
      ),
    );
  });
});

describe('the key', () => {
  it('is made once, random, for its owner alone, and never logged', async () => {
    await start();
    const key = readFileSync(keyFile());
    await start();
    expect(readFileSync(keyFile())).toEqual(key);
    expect(key).toHaveLength(32);
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
    expect(readdirSync(home)).toEqual(['auth-local.key']);
    expect(lines).toHaveLength(1);
    for (const form of ['hex', 'base64', 'base64url'] as const) expect(lines.join()).not.toContain(key.toString(form));
    rmSync(keyFile());
    await start();
    expect(readFileSync(keyFile())).not.toEqual(key);
  });

  it('is one however many starts race', async () => {
    const auths = await Promise.all(Array.from({ length: 12 }, () => start()));
    const tokens = await Promise.all(auths.map((auth) => auth.mint(nurse)));
    for (const token of tokens) expect(await auths[0]?.authenticate(bearer(token))).not.toBeNull();
    expect(readdirSync(home)).toEqual(['auth-local.key']);
    expect(lines).toHaveLength(1);
  });

  it.each([0o640, 0o604, 0o620, 0o666])('is refused when others can reach it (mode %o)', async (mode) => {
    await start();
    chmodSync(keyFile(), mode);
    await expect(start()).rejects.toMatchObject({ code: 'AUTH_KEY_EXPOSED', fix: expect.stringContaining('Remove it') });
  });

  it.each([0, 16, 33])('is refused with %i bytes', async (length) => {
    writeFileSync(keyFile(), Buffer.alloc(length), { mode: 0o600 });
    await expect(start()).rejects.toMatchObject({ code: 'AUTH_KEY_INVALID' });
  });
});

it('does not start in production, and makes nothing there', async () => {
  await expect(start({ profile: 'production' })).rejects.toMatchObject({
    code: 'AUTH_LOCAL_IN_PRODUCTION',
    fix: expect.stringMatching(/profile: development/),
  });
  expect(readdirSync(home)).toEqual([]);
});
