// Before `npm start` and `npm test`: installs when the lock file has changed since the last time, then builds.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'node_modules', '.divoc-lock');

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (error) console.error(`${command} could not be run: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`DIVOC needs Node.js 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');
const installed = join(root, 'node_modules', '.package-lock.json');
// npm writes this file at the end of every install: whoever has just installed by hand need not wait again.
const isFresh = existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
if (!isFresh && (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock)) {
  console.log('Installing (once; later starts skip this) …');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(stamp, lock);
}

const projects = ['core', ...readdirSync(join(root, 'plugins')).map((name) => `plugins/${name}`)];
run(process.execPath, [
  join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
  '-b',
  ...projects.filter((p) => existsSync(join(root, p, 'tsconfig.json'))),
]);
// A packed core carries the house's own schemas and templates; in the repository they have one place.
// What templates are compared with in tests stays behind.
const filter = (from) => !from.endsWith(`${sep}golden`);
for (const folder of ['schemas', 'templates']) cpSync(join(root, folder), join(root, 'core', 'dist', folder), { recursive: true, filter });
// What `divoc new plugin` writes is data as well.
cpSync(join(root, 'core', 'testkit', 'scaffold'), join(root, 'core', 'dist', 'testkit', 'scaffold'), { recursive: true });
