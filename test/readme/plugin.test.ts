import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { client, dose } from '../journeys/requests.js';
import { divoc, newHome, root, startHouse, tokenFor } from '../journeys/running-house.js';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const section = readme.slice(readme.indexOf('## A plugin in ten minutes'));
const block = (language: string): string => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(section)?.[1] ?? '';

const folder = mkdtempSync(join(tmpdir(), 'divoc-plugin-'));
const home = newHome();
afterAll(() => {
  for (const path of [folder, home]) rmSync(path, { recursive: true, force: true });
});

/** A deployment of the house's packages and the one that README shows, compiled from its very text. */
function install(): void {
  const plugin = join(folder, 'node_modules', '@acme', 'identity-passport');
  mkdirSync(plugin, { recursive: true });
  symlinkSync(join(root, 'node_modules', '@divoc'), join(folder, 'node_modules', '@divoc'));
  writeFileSync(join(plugin, 'package.json'), block('json'));
  writeFileSync(join(plugin, 'plugin.ts'), block('ts'));
  const options = { target: 'es2023', module: 'nodenext', strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
  writeFileSync(
    join(plugin, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...options, types: [], skipLibCheck: true }, files: ['plugin.ts'] }),
  );
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', plugin], { encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
}

it('the plugin in README is complete, short, and works', async () => {
  expect(block('ts').split('\n').length).toBeLessThan(60);
  install();
  const adopter = join(folder, 'demo');
  cpSync(join(root, 'adopters', 'demo'), adopter, { recursive: true });
  const file = join(adopter, 'adopter.yaml');
  const manifest = readFileSync(file, 'utf8')
    .replace(
      'walk-in: { use: identity-none, version: ^0.1 }',
      "passport: { use: '@acme/identity-passport', with: { countries: [LKA, IND] } }",
    )
    .replace('identity: [walk-in]', 'identity: [passport]');
  writeFileSync(file, manifest);
  expect(divoc(['check', 'demo'], { home, folder })).toMatchObject({ status: 0 });

  const house = await startHouse({ adopter: 'demo', home, folder });
  try {
    const nurse = client(house.address, tokenFor(home, 'nurse', 'facility-staff', { adopter: 'demo', folder }));
    const record = (input: object) => nurse('POST', '/v1/vaccinations', { body: { ...dose('unused'), identity: { input } } });
    expect((await record({ country: 'IND', number: 'K1234567' })).status).toBe(201);
    expect((await record({ country: 'IND', number: 'K1234567' })).status).toBe(200);
    const refused = await record({ country: 'IND', number: 'K12' });
    expect([refused.status, await refused.json()]).toMatchObject([
      422,
      { code: 'PASSPORT_UNKNOWN', errors: [{ pointer: '/identity/input/number' }] },
    ]);
    expect((await record({ country: 'FRA', number: 'K1234567' })).status).toBe(422);
  } finally {
    await house.stop();
  }
});
