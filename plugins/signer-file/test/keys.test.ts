import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PartContext } from '@divoc/core/api';
import type { KeyStore, Signer } from '@divoc/core/internal';
import { holdTo, signerContract } from '@divoc/core/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import plugin from '../plugin.js';

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'keys-'))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

const silent = { debug() {}, info() {}, warn() {}, error() {} };
async function start(config: object = {}, profile = 'production') {
  const context = {
    config: { directory: 'keys', ...config },
    profile,
    home,
    log: silent,
    clock: { now: () => new Date('2026-11-23T10:00:00Z') },
  };
  const part = await plugin.setup(context as unknown as PartContext<never>, {} as never);
  return part.ports as unknown as { signer: Signer; keyStore: KeyStore };
}
const folder = () => join(home, 'keys');
const authority = { country: 'XA', organization: 'Ministry of Health' };
const HCERT = { purpose: 'hcert', algorithm: 'ES256', certificate: true } as const;
const VC = { purpose: 'vc', algorithm: 'Ed25519' } as const;
const bytesOf = (der = '') => Buffer.from(der, 'base64');

holdTo(it, signerContract, async () => {
  await start({}, 'development');
  const { signer, keyStore } = await start({ authority });
  const { id: revoked } = await signer.active(VC);
  const { id: retired } = await keyStore.make(VC);
  await keyStore.make(VC);
  await keyStore.revoke(revoked);
  await keyStore.make(HCERT);
  return { signer, retired, revoked };
});

describe('keys by purpose', () => {
  it('are made for development when they are asked for, and in production only by a command', async () => {
    const { signer } = await start({}, 'development');
    const made = await signer.active(HCERT);
    expect(await signer.active(HCERT)).toEqual(made);
    const { signer: strict } = await start();
    await expect(strict.active({ ...VC, purpose: 'log' })).rejects.toMatchObject({
      code: 'SIGNER_KEY_MISSING',
      fix: expect.stringContaining('divoc keys make --purpose log'),
    });
    expect(await strict.active(HCERT)).toEqual(made);
    for (const name of readdirSync(folder())) expect(statSync(join(folder(), name)).mode & 0o777, name).toBe(0o600);
  });

  it('are seen at once by a signer that is running, and so is a revocation', async () => {
    await start({}, 'development');
    const [{ signer: running }, { keyStore }] = [await start(), await start()];
    const before = await running.active(VC);
    const after = await keyStore.make(VC);
    expect(await running.active(VC)).toEqual(after);
    expect((await running.keys()).find(({ id }) => id === before.id)).toMatchObject({ active: false });
    await keyStore.revoke(before.id);
    await expect(running.sign(before.id, new Uint8Array(1))).rejects.toMatchObject({ code: 'SIGNER_KEY_REVOKED' });
    await expect(keyStore.revoke(after.id)).rejects.toMatchObject({
      code: 'SIGNER_KEY_ACTIVE',
      fix: expect.stringContaining('divoc keys make'),
    });
    writeFileSync(join(folder(), 'keys.json'), '{');
    await expect(running.sign(after.id, new Uint8Array(1))).rejects.toMatchObject({ code: 'SIGNER_INDEX_INVALID' });
  });

  it('survive a crash between any two steps of a rotation', async () => {
    await start({}, 'development');
    const { keyStore } = await start();
    const { id: before } = await keyStore.make(VC);
    // The new key is there and not yet active; so it was left.
    const index = readFileSync(join(folder(), 'keys.json'), 'utf8');
    const { id: after } = await keyStore.make(VC);
    writeFileSync(join(folder(), 'keys.json'), index);
    const { signer, keyStore: store } = await start();
    expect((await signer.active(VC)).id).toBe(before);
    expect((await signer.keys()).map(({ id }) => id)).toContain(after);
    expect((await signer.active(VC)).id).not.toBe((await store.make(VC)).id);
  });
});

describe('certificates', () => {
  it('of document signers are made by an authority of the house: X.509 as others read it', async () => {
    await start({}, 'development');
    const { keyStore, signer } = await start({ authority });
    const { certificates = [] } = await keyStore.make(HCERT);
    const [own, issuer] = certificates.map((der) => new X509Certificate(bytesOf(der)));
    expect(certificates).toHaveLength(2);
    expect(own?.verify(issuer!.publicKey) && own.checkIssued(issuer!)).toBe(true);
    expect([own?.ca, issuer?.ca]).toEqual([false, true]);
    expect(own?.subject.split('\n')).toEqual(['C=XA', 'O=Ministry of Health', 'CN=Document signer']);
    expect(own?.keyUsage).toEqual(expect.arrayContaining(['1.3.6.1.4.1.1847.2021.1.2']));
    const second = await keyStore.make(HCERT);
    expect(second.certificates?.[1]).toBe(certificates[1]);
    expect(second.certificates?.[0]).not.toBe(certificates[0]);
    expect(await signer.active(HCERT)).toEqual(second);
  });

  it('come from elsewhere where no authority is set: a request goes out, and only its own certificate is taken back', async () => {
    await start({}, 'development');
    const bare = (await start()).keyStore;
    const key = await bare.make(HCERT);
    await expect((await start()).signer.active(HCERT)).rejects.toMatchObject({ code: 'SIGNER_CERTIFICATE_MISSING' });
    await expect(bare.certificateRequest(key.id)).rejects.toMatchObject({ code: 'SIGNER_AUTHORITY_UNKNOWN' });
    const { keyStore, signer } = await start({ authority });
    expect(await keyStore.certificateRequest(key.id)).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----/);
    const other = await keyStore.make({ ...HCERT, purpose: 'vds-nc' });
    const pem = (other.certificates ?? []).map((der) => `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----`).join('\n');
    await expect(keyStore.certify(key.id, pem)).rejects.toMatchObject({
      code: 'SIGNER_CERTIFICATE_INVALID',
      message: expect.stringContaining('another key'),
    });
    await expect(keyStore.certify(key.id, 'no PEM')).rejects.toMatchObject({ code: 'SIGNER_CERTIFICATE_INVALID' });
    expect((await keyStore.certify(other.id, pem)).certificates).toEqual(other.certificates);
    expect((await signer.keys()).find(({ id }) => id === key.id)?.certificates).toBeUndefined();
  });
});
