// Runs `npm start` as a person would, waits for /readyz, and stops it again.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const home = mkdtempSync(join(tmpdir(), 'divoc-start-'));
const child = spawn('npm', ['start', '--silent'], {
  env: { ...process.env, PORT: '0', DIVOC_HOME: home },
  stdio: ['ignore', 'pipe', 'inherit'],
  detached: true,
});
let said = '';
const address = await new Promise((resolve, reject) => {
  child.stdout.on('data', (chunk) => {
    said += chunk;
    const found = /DIVOC runs \S+ \(\S+\) on (\S+)/.exec(said);
    if (found) resolve(found[1]);
  });
  child.once('exit', (code) => reject(new Error(`npm start ended with ${code}\n${said}`)));
  setTimeout(() => reject(new Error(`npm start did not say where it listens\n${said}`)), 300_000).unref();
});
for (const path of ['/livez', '/startupz', '/readyz', '/openapi.json']) {
  const reply = await fetch(address + path);
  console.log(path, reply.status);
  if (reply.status !== 200) throw new Error(`${path} answered ${reply.status}: ${await reply.text()}`);
}
const ended = new Promise((resolve) => child.once('exit', resolve));
process.kill(-child.pid, 'SIGTERM');
await ended;
rmSync(home, { recursive: true, force: true });
process.exit(0);
