import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { client, dose } from './requests.js';
import { divoc, newHome, root, startHouse, tokenFor } from './running-house.js';

it('a programme may limit how long its certificates verify, and a verifier may judge as of any time', async () => {
  const adopter = join(mkdtempSync(join(tmpdir(), 'divoc-validity-')), 'demo');
  cpSync(join(root, 'adopters', 'demo'), adopter, { recursive: true });
  const manifest = join(adopter, 'adopter.yaml');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('template: certificate-a4', 'template: certificate-a4, validForDays: 30'));
  const home = newHome();
  const house = await startHouse({ adopter, home });
  try {
    const nurse = client(house.address, tokenFor(home, 'nurse', 'facility-staff', { adopter }));
    const { links } = (await (await nurse('POST', '/v1/vaccinations', { body: dose('W-1') })).json()) as { links: Record<string, string> };
    const credential = (await (await nurse('GET', links.credential as string)).json()) as { validFrom: string; validUntil: string };
    const day = 86_400_000;
    expect(Date.parse(credential.validUntil) - Date.parse(credential.validFrom)).toBe(30 * day);
    const file = join(home, 'certificate.json');
    writeFileSync(file, JSON.stringify(credential));
    const statusAt = (offset: number): string => {
      const at = new Date(Date.parse(credential.validFrom) + offset).toISOString();
      return JSON.parse(divoc(['verify', file, '--at', at], { home }).stdout).status;
    };
    expect([statusAt(-day), statusAt(day), statusAt(31 * day)]).toEqual(['NOT_YET_VALID', 'VERIFIED', 'EXPIRED']);
  } finally {
    await house.stop();
  }
});
