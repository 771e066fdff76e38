import { execFile } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
// @ts-expect-error the package has no types
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import type { PartContext } from '@divoc/core/api';
import type { KeyedHash, Signer } from '@divoc/core/internal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import plugin from '../plugin.js';
import { publicId } from '../src/key-files.js';

let home: string;
let lines: string[];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'signer-'));
  lines = [];
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

async function start(
  profile: 'development' | 'production',
  config: object = { directory: 'keys' },
): Promise<{ signer: Signer; keyedHash: KeyedHash }> {
  const write = (fields: object, message: string) => void lines.push(JSON.stringify({ ...fields, message }));
  const log = { debug: write, info: write, warn: write, error: write };
  const context = { config, profile, home, log, clock: { now: () => new Date('2026-11-23T10:00:00Z') } };
  const part = await plugin.setup(context as unknown as PartContext<never>, {} as never);
  return part.ports as unknown as { signer: Signer; keyedHash: KeyedHash };
}

const keys = () => join(home, 'keys');
const pems = () => readdirSync(keys()).filter((name) => name.endsWith('.pem'));
function addKey(file: string): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  mkdirSync(keys(), { recursive: true, mode: 0o700 });
  writeFileSync(join(keys(), file), privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  writeFileSync(join(keys(), 'hash.key'), Buffer.alloc(32, 7), { mode: 0o600 });
  return publicId(privateKey);
}

describe('in development', () => {
  it('makes one key at the first start and keeps it', async () => {
    const [first] = await (await start('development')).signer.keys();
    const again = await (await start('development')).signer.keys();
    expect(again).toEqual([first]);
    expect(first).toMatchObject({ active: true, publicKeyMultibase: first?.id });
    expect(first?.id).toMatch(/^z6Mk[1-9A-HJ-NP-Za-km-z]{44}$/);
    expect(statSync(keys()).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(keys())) expect(statSync(join(keys(), name)).mode & 0o777, name).toBe(0o600);
    expect(readdirSync(home)).toEqual(['keys']);
  });

  it('logs the id and no key material', async () => {
    await start('development');
    const pem = readFileSync(join(keys(), pems()[0] as string), 'utf8').split('\n')[1] as string;
    const hashKey = readFileSync(join(keys(), 'hash.key'));
    expect(lines).toHaveLength(1);
    for (const form of [pem, hashKey.toString('hex'), hashKey.toString('base64'), hashKey.toString('base64url')])
      expect(lines.join()).not.toContain(form);
  });

  it('makes one key however many starts race', async () => {
    const started = await Promise.all(Array.from({ length: 12 }, () => start('development')));
    const ids = await Promise.all(started.map(async ({ signer }) => (await signer.keys()).map(({ id }) => id).join()));
    expect(new Set(ids).size).toBe(1);
    expect(new Set(await Promise.all(started.map(({ keyedHash }) => keyedHash.hash('a')))).size).toBe(1);
    expect(pems()).toHaveLength(1);
    expect(readdirSync(home)).toEqual(['keys']);
  });

  it('makes one key when several processes race', async () => {
    const code = `import(${JSON.stringify(new URL('../dist/src/create-keys.js', import.meta.url).href)}).then(async (m) => console.log(await m.createKeys(process.argv[1]) ?? ''))`;
    const made = await Promise.all(Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, ['-e', code, keys()])));
    expect(made.map(({ stdout }) => stdout.trim()).filter(Boolean)).toEqual([pems()[0]?.replace('.pem', '')]);
    expect(pems()).toHaveLength(1);
  });
});

describe('in production', () => {
  it('refuses to start without keys and makes none', async () => {
    await expect(start('production')).rejects.toMatchObject({
      code: 'SIGNER_KEY_MISSING',
      fix: expect.stringContaining('openssl genpkey'),
    });
    expect(readdirSync(home)).toEqual([]);
    mkdirSync(keys());
    await expect(start('production')).rejects.toMatchObject({ code: 'SIGNER_KEY_MISSING' });
  });

  it('is put right by the command that it names', async () => {
    const { fix } = (await start('production').catch((error) => error)) as { fix: string };
    await promisify(execFile)('sh', ['-c', fix.slice(fix.indexOf('umask'))]);
    expect(await (await start('production')).signer.keys()).toHaveLength(1);
  });

  it.each([0o640, 0o604, 0o644, 0o660])('refuses a key of mode %o', async (mode) => {
    addKey('a.pem');
    chmodSync(join(keys(), 'a.pem'), mode);
    await expect(start('production')).rejects.toMatchObject({ code: 'SIGNER_KEY_EXPOSED', fix: expect.stringContaining('chmod 600') });
  });

  it('refuses a hash key that is missing, short or open', async () => {
    addKey('a.pem');
    chmodSync(join(keys(), 'hash.key'), 0o644);
    await expect(start('production')).rejects.toMatchObject({ code: 'SIGNER_KEY_EXPOSED' });
    chmodSync(join(keys(), 'hash.key'), 0o600);
    writeFileSync(join(keys(), 'hash.key'), 'short');
    await expect(start('production')).rejects.toMatchObject({ code: 'HASH_KEY_INVALID' });
    rmSync(join(keys(), 'hash.key'));
    await expect(start('development')).rejects.toMatchObject({ code: 'HASH_KEY_MISSING' });
  });

  it('refuses keys of another kind without showing them', async () => {
    addKey('a.pem');
    writeFileSync(
      join(keys(), 'a.pem'),
      generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'pem', type: 'pkcs8' }),
    );
    await expect(start('production')).rejects.toMatchObject({ code: 'SIGNER_KEY_INVALID', message: expect.stringContaining('type rsa') });
    writeFileSync(join(keys(), 'a.pem'), 'hunter2');
    const error = await start('production').catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: 'SIGNER_KEY_INVALID', message: expect.not.stringContaining('hunter2') });
  });
});

describe('several keys', () => {
  it('need a choice, by setting or by keys.json', async () => {
    const [a, b] = [addKey('a.pem'), addKey('b.pem')];
    await expect(start('production')).rejects.toMatchObject({ code: 'SIGNER_ACTIVE_UNCLEAR' });
    await expect(start('production', { directory: 'keys', active: 'z6Mkother' })).rejects.toMatchObject({ code: 'SIGNER_ACTIVE_UNKNOWN' });
    const active = async (config?: object) =>
      (await (await start('production', config)).signer.keys()).filter((key) => key.active).map(({ id }) => id);
    expect(await active({ directory: 'keys', active: b })).toEqual([b]);
    writeFileSync(join(keys(), 'keys.json'), JSON.stringify({ active: a }));
    expect(await active()).toEqual([a]);
  });

  it('are published with their ends; a revoked one signs nothing and cannot be active', async () => {
    const [a, b] = [addKey('a.pem'), addKey('b.pem')];
    const ends = { [a]: { revoked: '2026-01-01T00:00:00Z', expires: '2027-01-01T00:00:00Z' } };
    writeFileSync(join(keys(), 'keys.json'), JSON.stringify({ active: b, keys: ends }));
    const { signer } = await start('production');
    expect((await signer.keys()).find(({ id }) => id === a)).toMatchObject({ active: false, ...ends[a] });
    await expect(signer.sign(a, new Uint8Array(1))).rejects.toMatchObject({ code: 'SIGNER_KEY_REVOKED' });
    await expect(signer.sign('z6Mkother', new Uint8Array(1))).rejects.toMatchObject({ code: 'SIGNER_KEY_UNKNOWN' });
    await expect(start('production', { directory: 'keys', active: a })).rejects.toMatchObject({ code: 'SIGNER_ACTIVE_ENDED' });
  });

  it.each([
    '[]',
    '{',
    '{"aktive":""}',
    '{"keys":{"z6Mkother":{}}}',
    '{"keys":{"ID":{"revokd":"2026-01-01T00:00:00Z"}}}',
    '{"keys":{"ID":{"revoked":"soon"}}}',
  ])('refuse keys.json: %s', async (text) => {
    writeFileSync(join(home, 'x'), '');
    const id = addKey('a.pem');
    writeFileSync(join(keys(), 'keys.json'), text.replace('ID', id));
    await expect(start('production')).rejects.toMatchObject({ code: 'SIGNER_INDEX_INVALID' });
  });
});

it('signs with raw Ed25519 under the key that its id spells', async () => {
  const { signer } = await start('development');
  const [key] = await signer.keys();
  const data = new TextEncoder().encode('prepared');
  const signature = await signer.sign(key?.id as string, data);
  expect(signature).toHaveLength(64);
  const multikey = await Ed25519Multikey.from({ type: 'Multikey', publicKeyMultibase: key?.id });
  expect(await multikey.verifier().verify({ data, signature })).toBe(true);
  const pem = readFileSync(join(keys(), pems()[0] as string));
  expect(verify(null, data, createPublicKey(pem), signature)).toBe(true);
});

it('hashes parts with their lengths, under its own key', async () => {
  const { keyedHash } = await start('development');
  expect(await keyedHash.hash('ab', 'c')).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(await keyedHash.hash('ab', 'c')).toBe(await keyedHash.hash('ab', 'c'));
  expect(await keyedHash.hash('ab', 'c')).not.toBe(await keyedHash.hash('a', 'bc'));
  expect(await keyedHash.hash('ab')).not.toBe(await keyedHash.hash('ab', ''));
  rmSync(keys(), { recursive: true });
  expect(await (await start('development')).keyedHash.hash('ab', 'c')).not.toBe(await keyedHash.hash('ab', 'c'));
});
