import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { client, dose } from '../journeys/requests.js';
import { divoc, newHome, root, startHouse, tokenFor } from '../journeys/running-house.js';

const folder = mkdtempSync(join(tmpdir(), 'divoc-pack-'));
const home = newHome();
afterAll(() => {
  for (const path of [folder, home]) rmSync(path, { recursive: true, force: true });
});

function npm(args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${stdout}${stderr}`);
  return stdout;
}

it('packed and installed beside a country’s folder, the house checks, boots, issues and verifies there', { timeout: 280_000 }, async () => {
  const packages = ['core', ...readdirSync(join(root, 'plugins')).map((name) => `plugins/${name}`)];
  npm(['pack', '--silent', '--pack-destination', folder, ...packages.map((name) => `./${name}`)], root);
  const tarballs = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  expect(tarballs).toHaveLength(packages.length);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'ministry', private: true }));
  npm(
    [
      'install',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      '--loglevel=error',
      ...tarballs.map((name) => `./${name}`),
    ],
    folder,
  );
  // Its install script would compile it once more, for a minute and a half; here it has been compiled already.
  cpSync(join(root, 'node_modules', 'sqlite3', 'build'), join(folder, 'node_modules', 'sqlite3', 'build'), { recursive: true });
  cpSync(join(root, 'adopters', 'demo'), join(folder, 'demo'), { recursive: true });

  // Everything comes from there: nothing of it is a link into the repository.
  expect(readFileSync(join(folder, 'node_modules', '@divoc', 'core', 'package.json'), 'utf8')).toContain('"@divoc/core"');
  expect(existsSync(join(folder, 'node_modules', '@divoc', 'core', 'kernel'))).toBe(false);
  const installed = { folder, bin: join(folder, 'node_modules', '@divoc', 'core', 'bin', 'divoc.js') };
  expect(divoc(['check', 'demo'], { home, ...installed })).toMatchObject({ status: 0, stdout: expect.stringContaining('nothing to mend') });

  const house = await startHouse({ adopter: 'demo', home, ...installed });
  try {
    const nurse = client(house.address, tokenFor(home, 'nurse', 'facility-staff', { adopter: 'demo', ...installed }));
    const made = await nurse('POST', '/v1/vaccinations', { body: dose('P-1') });
    const { links } = (await made.json()) as { links: Record<string, string> };
    expect(made.status).toBe(201);
    const pdf = join(home, 'certificate.pdf');
    writeFileSync(pdf, Buffer.from(await (await nurse('GET', links.pdf as string)).arrayBuffer()));
    const { status, stdout, stderr } = divoc(['verify', pdf], { home, ...installed });
    expect({ status, verdict: JSON.parse(stdout || '{}').status, stderr }).toMatchObject({ status: 0, verdict: 'VERIFIED' });
  } finally {
    await house.stop();
  }
});
