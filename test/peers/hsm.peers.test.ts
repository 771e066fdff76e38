import { createPublicKey, verify } from 'node:crypto';
import { renameSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { jwkOfMultikey } from '../../core/api/index.js';
import type { Part } from '../../core/api/plugin.js';
import type { Signer } from '../../core/internal/signer.js';
import { holdTo } from '../../core/testkit/contract.js';
import { handClock } from '../../core/testkit/hand-clock.js';
import { setUpPart } from '../../core/testkit/set-up-part.js';
import { signerContract } from '../../core/testkit/signer-contract.js';
import plugin from '../../plugins/signer-pkcs11/plugin.js';
import { openToken } from '../../plugins/signer-pkcs11/src/token.js';
import { certificateOf } from './hsm-certificate.js';
import { MODULE, PIN, type SoftHsm, softHsm } from './soft-hsm.js';

/** signer-pkcs11 and Debian's SoftHSM. */
const VC = { purpose: 'vc', algorithm: 'Ed25519' } as const;
const DATA = new TextEncoder().encode('prepared');

function token(): SoftHsm {
  const hsm = softHsm('divoc');
  onTestFinished(() => hsm.remove());
  return hsm;
}

async function open(settings: object = {}): Promise<Part & { signer: Signer }> {
  const config = { module: MODULE, token: 'divoc', pin: PIN, ...settings };
  const part = await setUpPart(plugin, { config, clock: handClock() });
  onTestFinished(() => part.stop?.());
  return { ...part, signer: part.ports.signer as Signer };
}

holdTo(it, signerContract, async () => {
  const hsm = token();
  hsm.makeKey('hcert', 'ES256');
  const { signer } = await open();
  const [certified] = await signer.keys();
  hsm.addCertificate(await certificateOf(certified?.id ?? ''));
  for (let n = 0; n < 3; n += 1) hsm.makeKey('vc', 'Ed25519');
  const settings = (ids: readonly string[]) => ({ active: { vc: ids[0] }, ended: { [ids[2] ?? '']: { revoked: '2026-01-01T00:00:00Z' } } });
  const unclear = await open().catch((error: Error) => error);
  expect(unclear).toMatchObject({ code: 'SIGNER_ACTIVE_UNCLEAR' });
  const ids = String((unclear as Error).message).match(/z6Mk\w{44}/g) ?? [];
  return { signer: (await open(settings(ids))).signer, retired: ids[1] ?? '', revoked: ids[2] ?? '' };
});

it('many who ask at once get signatures of their own', async () => {
  const hsm = token();
  hsm.makeKey('vc', 'Ed25519');
  const { signer } = await open();
  const { id } = await signer.active(VC);
  const key = createPublicKey({ key: jwkOfMultikey(id) as never, format: 'jwk' });
  const all = await Promise.all(Array.from({ length: 50 }, (_, n) => signer.sign(id, Buffer.from([n]))));
  expect(all.every((signature, n) => verify(null, Buffer.from([n]), key, signature))).toBe(true);
});

it('a wrong PIN is tried once, however often it is asked for, and told to nobody', async () => {
  const hsm = token();
  hsm.makeKey('vc', 'Ed25519');
  const refused = { code: 'SIGNER_PIN_REFUSED', message: expect.not.stringContaining('999999') };
  await expect(open({ pin: '999999' })).rejects.toMatchObject(refused);
  const wrong = openToken({ module: MODULE, label: 'divoc', pin: '999999' });
  await expect(wrong.run(async () => 'open')).rejects.toMatchObject(refused);
  // Were it tried again, it would be right by now.
  hsm.changePin('999999');
  await expect(wrong.run(async () => 'open')).rejects.toMatchObject(refused);
  expect(await openToken({ module: MODULE, label: 'divoc', pin: '999999' }).run(async () => 'open')).toBe('open');
});

it('a module or token that is not there is named, with the way to mend it', async () => {
  token();
  await expect(open({ module: '/nowhere.so' })).rejects.toMatchObject({
    code: 'SIGNER_MODULE_MISSING',
    message: expect.stringContaining('/nowhere.so'),
  });
  await expect(open({ token: 'other' })).rejects.toMatchObject({ code: 'SIGNER_TOKEN_MISSING', message: expect.stringContaining('other') });
});

it('what goes away while it runs is named by health; when it is back, it signs again without a restart', async () => {
  const hsm = token();
  hsm.makeKey('vc', 'Ed25519');
  const { signer, health } = await open();
  const { id } = await signer.active(VC);
  hsm.interrupt();
  expect(await signer.sign(id, DATA)).toHaveLength(64);
  hsm.interrupt();
  renameSync(hsm.tokens, `${hsm.tokens}.away`);
  await expect(signer.sign(id, DATA)).rejects.toMatchObject({ code: expect.stringMatching(/^SIGNER_(TOKEN_MISSING|DEVICE_FAILED)$/) });
  expect(await health?.()).toMatchObject({ status: 'fail', detail: expect.stringContaining('divoc') });
  renameSync(`${hsm.tokens}.away`, hsm.tokens);
  expect(await signer.sign(id, DATA)).toHaveLength(64);
  expect(await health?.()).toEqual({ status: 'pass' });
});
