import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Signer } from '../../core/internal/signer.js';
import { type House, ID, openHouse, requestOf, SUBJECT } from '../../core/services/certificates/certificates.fixture.js';
import { databaseFile } from '../../core/store/store.fixture.js';
import { handClock } from '../../core/testkit/hand-clock.js';
import { setUpPart } from '../../core/testkit/set-up-part.js';
import { loadTrustBundles } from '../../core/verifier/trust.js';
import { verifyInput } from '../../core/verifier/verify.js';
import { hcertFormat } from '../../plugins/credential-hcert/src/hcert-format.js';
import { ICVP_PRODUCTS, productsOf } from '../../plugins/credential-hcert/src/icvp-products.js';
import { ldpFormat } from '../../plugins/credential-ldp/src/ldp-format.js';
import { sdJwtFormat } from '../../plugins/credential-sd-jwt/src/sd-jwt-format.js';
import plugin from '../../plugins/signer-pkcs11/plugin.js';
import { certificateOf } from './hsm-certificate.js';
import { MODULE, PIN, type SoftHsm, softHsm } from './soft-hsm.js';

/** A compromise in a house whose keys are in a hardware security module: the successor is made by the device's own tools. */
const issuing = { kind: 'eu-dcc', country: 'XA', issuer: 'Ministry of Health', timeZone: 'UTC', vaccines: {} } as const;
const formats = { ldp: ldpFormat, travel: hcertFormat({ products: productsOf(ICVP_PRODUCTS), issuing }), wallet: sdJwtFormat };
type Form = keyof typeof formats;
const COUNT = 20;
const subject = { ...SUBJECT, vaccineName: 'Covishield' };

interface Settings {
  readonly active: Record<string, string>;
  readonly ended: Record<string, { readonly revoked: string }>;
}

async function signerWith(settings: Settings): Promise<Signer & { signed: number }> {
  const part = await setUpPart(plugin, { config: { module: MODULE, token: 'divoc', pin: PIN, ...settings }, clock: handClock() });
  onTestFinished(() => part.stop?.());
  const signer = part.ports.signer as Signer;
  return { signed: 0, keys: () => signer.keys(), active: (needs) => signer.active(needs), sign: (id, data) => signer.sign(id, data) };
}

/** Makes the successor of a key, certified where that one was, and says in the settings that the old one is revoked. */
async function replace(hsm: SoftHsm, settings: Settings, purpose: 'vc' | 'hcert'): Promise<Settings> {
  const before = await (await signerWith(settings)).keys();
  const old = before.find((key) => key.purpose === purpose && key.active)?.id as string;
  hsm.makeKey(purpose, purpose === 'vc' ? 'Ed25519' : 'ES256');
  const ended = { ...settings.ended, [old]: { revoked: '2026-11-23T10:10:00.000Z' } };
  const known = new Set(before.map(({ id }) => id));
  const made = (await (await signerWith({ ...settings, ended })).keys()).find(({ id }) => !known.has(id))?.id as string;
  if (purpose === 'hcert') hsm.addCertificate(await certificateOf(made));
  return { active: { ...settings.active, [purpose]: made }, ended };
}

const formOf = async (house: House, n: number, form: Form): Promise<unknown> => {
  const rendering = await house.port.render(ID(n), { mediaType: 'application/json', form });
  return JSON.parse(Buffer.from(rendering?.body ?? []).toString());
};
const statusOf = async ({ home }: House, credential: unknown): Promise<string> => {
  const trust = loadTrustBundles([JSON.parse(readFileSync(join(home, 'trust', 'main.json'), 'utf8'))]);
  return (await verifyInput(credential, formats, trust, new Date('2026-11-23T10:30:00Z'))).status;
};

it('what a key of the module had signed is signed anew by its successor, and nothing else', async () => {
  const hsm = softHsm('divoc');
  onTestFinished(() => hsm.remove());
  for (const [purpose, algorithm] of [
    ['vc', 'Ed25519'],
    ['hcert', 'ES256'],
    ['sd-jwt', 'ES256'],
  ] as const)
    hsm.makeKey(purpose, algorithm);
  let settings: Settings = { active: {}, ended: {} };
  const certified = (await (await signerWith(settings)).keys()).find(({ purpose }) => purpose === 'hcert');
  hsm.addCertificate(await certificateOf(certified?.id ?? ''));
  const file = databaseFile();
  let house = await openHouse({ formats, file, signer: await signerWith(settings) });
  for (let n = 1; n <= COUNT; n += 1) await house.port.issue(await requestOf(house, n, { subject }));

  for (const [purpose, form] of [
    ['hcert', 'travel'],
    ['vc', 'ldp'],
  ] as const) {
    const before = {
      travel: await formOf(house, 1, 'travel'),
      ldp: await formOf(house, 1, 'ldp'),
      wallet: await formOf(house, 1, 'wallet'),
    };
    settings = await replace(hsm, settings, purpose);
    house = await openHouse({ formats, file, signer: await signerWith(settings), isMigrated: true });
    expect(await statusOf(house, before[form])).toBe('REVOKED_KEYS');
    const begun = performance.now();
    expect(await house.reissue.page({})).toEqual({ looked: COUNT, reissued: COUNT, before: 0, ended: 0, failed: {} });
    console.log(`${COUNT} re-issued by the module in ${Math.round(performance.now() - begun)} ms (${form})`);
    for (const name of Object.keys(formats) as Form[]) {
      const now = await formOf(house, 1, name);
      expect([name, await statusOf(house, now)]).toEqual([name, 'VERIFIED']);
      if (name === form) expect(now).not.toEqual(before[name]);
      else expect(now).toEqual(before[name]);
    }
    for (let n = 2; n <= COUNT; n += 1) expect(await statusOf(house, await formOf(house, n, form))).toBe('VERIFIED');
  }
});
