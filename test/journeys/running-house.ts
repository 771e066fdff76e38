import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import knex, { type Knex } from 'knex';
import { postgresUrl } from '../postgres.js';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const builtBin = join(root, 'core', 'bin', 'divoc.js');

export interface HouseOptions {
  readonly adopter?: string;
  /** An existing data folder; default a new one. */
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments for node itself. */
  readonly node?: readonly string[];
  /** Working folder, from which plugins are resolved. */
  readonly folder?: string;
  /** Only these services of the adopter. */
  readonly services?: string;
  /** Its database was migrated by an earlier start. */
  readonly isMigrated?: boolean;
  /** The program; default the repository's own, built. */
  readonly bin?: string;
}

export interface RunningHouse {
  readonly address: string;
  readonly home: string;
  readonly child: ChildProcess;
  /** All that it has written to standard error so far. */
  readonly log: () => string;
  /** Resolves with the signal or exit code when the process has ended. */
  readonly ended: Promise<string | number>;
  stop(): Promise<void>;
}

export const newHome = (): string => mkdtempSync(join(tmpdir(), 'divoc-home-'));

/**
 * Where vitest runs the tests on PostgreSQL: a manifest in the data folder that differs from the adopter's in its database
 * alone. Programs over one data folder share a schema; it goes away with the test server.
 */
async function useThisDatabase(adopter: string, home: string, folder: string): Promise<void> {
  if (process.env.DIVOC_TEST_DATABASE !== 'postgres' || existsSync(overlayOf(home))) return;
  process.env.DATABASE_URL = await postgresUrl();
  const schema = schemaOf(home);
  const given = resolve(folder, adopter);
  const base = given.endsWith('.yaml') ? given : join(given, 'adopter.yaml');
  const database = `{ use: storage-postgres, version: null, with: { url: { $secret: DATABASE_URL }, schema: ${schema} } }`;
  writeFileSync(overlayOf(home), `extends: ['${base}']\nplugins:\n  database: ${database}\n`);
}
/** The database behind a data folder, for tests that count what is left in it. */
export function databaseOf(home: string): Knex {
  if (!existsSync(overlayOf(home)))
    return knex({ client: 'sqlite3', connection: { filename: join(home, 'divoc.sqlite') }, useNullAsDefault: true });
  const schema = schemaOf(home);
  return knex({ client: 'pg', connection: process.env.DATABASE_URL as string, searchPath: [schema] });
}
/** All that the database behind a data folder holds, as text to look for words in; of SQLite its free pages and its journal too. */
export async function allKeptIn(home: string): Promise<string> {
  if (!existsSync(overlayOf(home))) {
    const files = readdirSync(home).filter((name) => name.startsWith('divoc.sqlite'));
    return files.map((name) => readFileSync(join(home, name), 'latin1')).join('\n');
  }
  const db = databaseOf(home);
  try {
    return await allRows(db, schemaOf(home));
  } finally {
    await db.destroy();
  }
}
/** Every row of every table of a PostgreSQL schema. */
export async function allRows(db: Knex, schema: string): Promise<string> {
  const { rows } = await db.raw('select table_name from information_schema.tables where table_schema = ?', [schema]);
  const kept: string[] = [];
  for (const { table_name } of rows as { table_name: string }[]) kept.push(JSON.stringify(await db(table_name)));
  return kept.join('\n');
}
const schemaOf = (home: string): string => `t_${createHash('sha256').update(home).digest('hex').slice(0, 16)}`;
const overlayOf = (home: string): string => join(home, 'postgres.yaml');
/** The adopter's own manifest, or the one that stands for it in this data folder. */
const manifestOf = (adopter: string, home: string): string => (existsSync(overlayOf(home)) ? overlayOf(home) : adopter);

/** Runs the built program to its end. */
export function divoc(args: readonly string[], { home, env = {}, folder = root, bin = builtBin }: HouseOptions & { home: string }) {
  const isAdopter = (arg: string) => arg.endsWith('adopter.yaml') || existsSync(join(resolve(folder, arg), 'adopter.yaml'));
  const said = args.map((arg) => (isAdopter(arg) ? manifestOf(arg, home) : arg));
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...said], {
    cwd: folder,
    env: { ...process.env, DIVOC_HOME: home, LOG_LEVEL: 'warn', ...env },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** Starts the built program on a real adopter, with a database of its own, as operations would. */
export async function startHouse(options: HouseOptions = {}): Promise<RunningHouse> {
  const { adopter = 'adopters/demo', home = newHome(), env = {}, node = [], folder = root, bin = builtBin, services } = options;
  const some = services === undefined ? [] : ['--services', services];
  await useThisDatabase(adopter, home, folder);
  if (options.isMigrated !== true) {
    const migrated = divoc(['db', 'migrate', adopter, ...some], { home, env, folder, bin });
    if (migrated.status !== 0) throw new Error(`db migrate failed:\n${migrated.stdout}${migrated.stderr}`);
  }
  const child = spawn(process.execPath, [...node, bin, 'serve', manifestOf(adopter, home), '--json', ...some], {
    cwd: folder,
    env: { ...process.env, DIVOC_HOME: home, PORT: '0', LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let logged = '';
  child.stderr.on('data', (chunk) => {
    logged += chunk;
  });
  const ended = new Promise<string | number>((done) => child.once('exit', (code, signal) => done(signal ?? code ?? 0)));
  const address = await new Promise<string>((found, fail) => {
    child.stdout.on('data', (chunk) => {
      said += chunk;
      if (said.includes('\n')) found((JSON.parse(said.slice(0, said.indexOf('\n'))) as { address: string }).address);
    });
    ended.then((how) => fail(new Error(`divoc serve ended with ${how}\n${said}${logged}`)));
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    if (options.home === undefined) rmSync(home, { recursive: true, force: true });
  };
  return { address, home, child, log: () => logged, ended, stop };
}

const tokens = new Map<string, string>();

/** A staff token of the running house; the same again for the same person, since each is a program that has to be run. */
export function tokenFor(home: string, name = 'nurse', role = 'facility-staff', options: Omit<HouseOptions, 'home'> = {}): string {
  const adopter = options.adopter ?? 'adopters/demo';
  const person = JSON.stringify([home, adopter, name, role]);
  const known = tokens.get(person);
  if (known !== undefined) return known;
  const { status, stdout, stderr } = divoc(['token', '--role', role, '--name', name, adopter], { home, ...options });
  if (status !== 0) throw new Error(`divoc token failed:\n${stderr}`);
  tokens.set(person, stdout.trim());
  return stdout.trim();
}

export const vectors = resolve(process.env.DIVOC_VECTORS ?? join(root, '..', 'shared', 'vectors'));
