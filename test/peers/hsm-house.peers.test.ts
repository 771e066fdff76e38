import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { client, dose } from '../journeys/requests.js';
import { divoc, newHome, root, startHouse, tokenFor } from '../journeys/running-house.js';
import { MODULE, PIN, softHsm } from './soft-hsm.js';

/** A whole house whose certificates are signed in Debian's SoftHSM, and all else by keys in files. */
it('registers people with keys in files, and certifies their doses with a key that never leaves its module', async () => {
  const hsm = softHsm('divoc');
  const home = newHome();
  const folder = mkdtempSync(join(tmpdir(), 'divoc-hsm-'));
  onTestFinished(() => {
    hsm.remove();
    for (const left of [home, folder]) rmSync(left, { recursive: true, force: true });
  });
  hsm.makeKey('vc', 'Ed25519');
  const adopter = join(folder, 'demo');
  cpSync(join(root, 'adopters', 'demo'), adopter, { recursive: true });
  const file = join(adopter, 'adopter.yaml');
  const manifest = readFileSync(file, 'utf8');
  const named = manifest.replace(
    '  staff:',
    `  hsm: { use: signer-pkcs11, version: ^0.1, with: { module: ${MODULE}, token: divoc, pin: { $secret: HSM_PIN } } }\n  staff:`,
  );
  writeFileSync(file, named);
  const env = { HSM_PIN: PIN, SOFTHSM2_CONF: process.env.SOFTHSM2_CONF ?? '' };
  const unclear = divoc(['check', adopter], { home, env });
  expect([unclear.status, unclear.stderr]).toEqual([1, expect.stringMatching(/SIGNER_UNCLEAR .*keys, hsm/)]);
  writeFileSync(file, named.replace('      timeZone:', '      signers: { default: keys, vc: hsm }\n      timeZone:'));
  expect(divoc(['check', adopter], { home, env })).toMatchObject({ status: 0 });

  const house = await startHouse({ adopter, home, env });
  onTestFinished(() => house.stop());
  const nurse = client(house.address, tokenFor(home, 'nurse', 'facility-staff', { adopter, env }));
  const recorded = await nurse('POST', '/v1/vaccinations', { body: { ...dose('H-1'), programme: 'covid-19' } });
  const { certificateId } = (await recorded.json()) as { certificateId: string };
  const response = await nurse('GET', `/v1/certificates/${certificateId}`, { headers: { accept: 'application/vc' } });
  const credential = (await response.json()) as { proof: { verificationMethod: string } };
  const listed = JSON.parse(divoc(['keys', 'list', adopter, '--json'], { home, env }).stdout) as {
    keys: { id: string; purpose: string; active: boolean }[];
  };
  const active = listed.keys.filter((key) => key.purpose === 'vc' && key.active);
  expect(active.map(({ id }) => credential.proof.verificationMethod.endsWith(`#${id}`))).toEqual([true]);
  writeFileSync(join(home, 'one.json'), JSON.stringify(credential));
  expect(JSON.parse(divoc(['verify', join(home, 'one.json')], { home }).stdout)).toMatchObject({ status: 'VERIFIED' });
});
