import { spawn } from 'node:child_process';
import { chmodSync, closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

/** The folder of this run's PostgreSQL server; the server itself starts with the first test that asks for it. */
const FOLDER = 'DIVOC_TEST_POSTGRES';
const PATIENCE = 60_000;

/** vitest's global set-up: a place for the server, and its end. */
export default function setUp(): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'divoc-postgres-'));
  // Where we are root, the server is not.
  chmodSync(folder, 0o711);
  process.env[FOLDER] = folder;
  return async () => {
    const pid = existsSync(join(folder, 'pid')) ? Number(readFileSync(join(folder, 'pid'), 'utf8')) : undefined;
    if (pid) {
      process.kill(pid, 'SIGTERM');
      for (let i = 0; i < 100 && isAlive(pid); i += 1) await pause(100);
    }
    rmSync(folder, { recursive: true, force: true });
  };
}

/** URL of a PostgreSQL database for tests: DATABASE_URL, or one started from npm's binaries. */
export async function postgresUrl(): Promise<string> {
  if (process.env.DATABASE_URL) return process.env.DATABASE_URL;
  const folder = process.env[FOLDER];
  if (folder === undefined) throw new Error('PostgreSQL tests run under vitest with its global set-up, or with DATABASE_URL');
  startOnce(folder);
  const url = join(folder, 'url');
  for (const until = performance.now() + PATIENCE; !existsSync(url); await pause(50)) {
    const isGone = existsSync(join(folder, 'pid')) && !isAlive(Number(readFileSync(join(folder, 'pid'), 'utf8')));
    if (isGone || performance.now() > until) throw new Error(`PostgreSQL did not start: ${readFileSync(join(folder, 'log'), 'utf8')}`);
  }
  return readFileSync(url, 'utf8');
}

/** The one process that can make the lock file starts the server, detached: it outlives the worker that asked first. */
function startOnce(folder: string): void {
  let lock: number;
  try {
    lock = openSync(join(folder, 'lock'), 'wx');
  } catch {
    return;
  }
  closeSync(lock);
  const log = openSync(join(folder, 'log'), 'a');
  const script = fileURLToPath(new URL('postgres-server.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, folder], { detached: true, stdio: ['ignore', log, log] });
  child.unref();
  writeFileSync(join(folder, 'pid'), String(child.pid));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Removes what a test has made. */
export async function dropSchema(url: string, schema: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`drop schema if exists "${schema}" cascade`).finally(() => client.end());
}
