// `npm run test:peers`: the tests in this folder, and all that is tested on PostgreSQL once more on Debian's, which is of
// another version than npm's. As root, after test/peers/install.sh; its last line says how many passed and failed.
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fail = (message) => {
  console.error(`${message}\nRun as root: test/peers/install.sh`);
  process.exit(2);
};
if (process.getuid?.() !== 0) fail('The peers run under users of their own, which only root can give them.');
const missing = ['pdftoppm', 'pdffonts', 'zbarimg', 'exim4', 'softhsm2-util'].filter(
  (program) => spawnSync('which', [program]).status !== 0,
);
const postgres = '/usr/lib/postgresql';
const version = existsSync(postgres) ? readdirSync(postgres).sort((a, b) => Number(b) - Number(a))[0] : undefined;
if (missing.length > 0 || version === undefined) fail(`Not installed: ${[...missing, ...(version ? [] : ['postgresql'])].join(', ')}.`);

const folder = mkdtempSync(join(tmpdir(), 'divoc-peers-'));
const id = (flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
const owner = { uid: id('-u'), gid: id('-g') };
chownSync(folder, owner.uid, owner.gid);
const port = await new Promise((found) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => found(port));
  });
});
const bin = (program) => join(postgres, version, 'bin', program);
const data = join(folder, 'data');
const made = spawnSync(bin('initdb'), ['-D', data, '-U', 'divoc', '--encoding=UTF8', '--locale=C.UTF-8', '--auth=trust'], {
  ...owner,
  cwd: folder,
  encoding: 'utf8',
});
if (made.status !== 0) fail(`initdb failed: ${made.stderr}`);
const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'max_connections=200'];
const server = spawn(bin('postgres'), ['-D', data, '-p', String(port), ...settings.flatMap((each) => ['-c', each])], {
  ...owner,
  cwd: folder,
  stdio: 'ignore',
});
const isReady = () => spawnSync(bin('pg_isready'), ['-h', '127.0.0.1', '-p', String(port)]).status === 0;
for (let i = 0; i < 100 && !isReady(); i += 1) await new Promise((later) => setTimeout(later, 200));
if (!isReady()) fail('PostgreSQL did not start.');
console.log(`PostgreSQL ${version} on port ${port}`);

const report = join(folder, 'report.json');
const run = spawn(
  process.execPath,
  [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    ...['run', '--config', 'test/vitest.config.mjs', '--mode', 'peers'],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, DATABASE_URL: `postgres://divoc@127.0.0.1:${port}/postgres` } },
);
const code = await new Promise((done) => run.once('exit', done));
const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { numPassedTests: 0, numFailedTests: 1 };
server.kill('SIGINT');
await new Promise((done) => server.once('exit', done));
rmSync(folder, { recursive: true, force: true });
console.log(`${counts.numPassedTests} passed, ${counts.numFailedTests} failed`);
process.exit(code ?? 1);
