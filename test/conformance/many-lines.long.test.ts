import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { credentialFixture } from '../../core/testkit/credential-fixture.js';
import { ldpFormat } from '../../plugins/credential-ldp/src/ldp-format.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'divoc-many-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

it('verifies thousands of lines in threads: each line once, in its order, altered ones refused', async () => {
  const { bundle, intent, sign } = credentialFixture();
  mkdirSync(join(home, 'trust'));
  writeFileSync(join(home, 'trust', 'issuer.json'), JSON.stringify(bundle));
  const credential = JSON.stringify(await ldpFormat.seal(intent, sign));
  const line = (id: number) => `{"id":${id},"input":${id % 100 === 7 ? credential.replace('CoVax', 'Other') : credential}}\n`;
  const file = join(home, 'lines.jsonl');
  writeFileSync(file, Array.from({ length: 3_000 }, (_, id) => line(id)).join(''));
  const args = [join(root, 'core', 'bin', 'divoc.js'), 'verify', '--jsonl', file, '--at', '2026-11-23T12:00:00Z'];
  const env = { ...process.env, DIVOC_HOME: home };
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8', maxBuffer: 2 ** 28 });
  expect(stderr).toBe('');
  const lines = stdout
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text));
  expect(lines.map(({ id }) => id)).toEqual(Array.from({ length: 3_000 }, (_, id) => id));
  expect(lines.filter((each) => each.status !== 'VERIFIED').map(({ id }) => id)).toEqual(
    Array.from({ length: 30 }, (_, at) => at * 100 + 7),
  );
  expect(status).toBe(1);
});
