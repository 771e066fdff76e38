import type { Logger } from '../../api/plugin.js';
import { type Storage, storage } from '../../internal/storage.js';
import { boot, systemClock } from '../../kernel/boot.js';
import { providersOf } from '../../kernel/graph.js';
import type { Plan } from '../../kernel/plan.js';
import { ManifestError } from '../../kernel/problem.js';
import { type MigrationStep, migrate, migrationsOf, pendingMigrations } from '../../store/migrate.js';
import type { Command } from '../command.js';
import {
  adopterOf,
  homeOf,
  logging,
  planAdopter,
  reportingProblems,
  SERVICES_HELP,
  servicesOf,
  servicesOption,
  shortPath,
} from '../deployment.js';

export const dbMigrate: Command = {
  name: 'db migrate',
  summary: "gives the database the shape that an adopter's parts need",
  help: `
Usage: divoc db migrate [ADOPTER] [--services A,B] [--json]

Applies the steps that the database still lacks, each in a transaction of its own. May be run again at any time, also
after a crash, and beside a running divoc serve. Steps are never taken back: make a backup first.
${SERVICES_HELP}
--json prints { "applied": [{ owner, name }] }.
Exits 0 when the database fits, 1 when it cannot be brought to fit.`,
  options: servicesOption,
  run: (input) =>
    reportingProblems(input, async () => {
      const { terminal, flags, env } = input;
      const plan = await planAdopter(adopterOf(input), env, servicesOf(input));
      const show = (step: MigrationStep) => flags.json || terminal.out(`applied ${step.owner} ${step.name}`);
      const declared = migrationsOf(plan);
      const work = (storage: Storage) => migrate(declared, storage, systemClock, show);
      // Services that keep nothing need no database.
      const applied = declared.length === 0 ? [] : await withStorage(plan, homeOf(env), logging(env), work);
      if (flags.json) terminal.out(JSON.stringify({ applied }));
      else if (applied.length === 0) terminal.out('the database needs nothing');
      return 0;
    }),
};

/**
 * Boots the storage alone, for `work`. What goes wrong in it with a code is told at the storage's place in the
 * manifest, as a ManifestError.
 */
export async function withStorage<T>(
  plan: Plan,
  home: string,
  log: (part: string) => Logger,
  work: (storage: Storage) => Promise<T>,
): Promise<T> {
  const [provider] = providersOf(plan.parts, storage.id);
  if (!provider) {
    const message = 'nothing here keeps a database; add a plugin that provides storage/0, such as storage-sqlite';
    throw new ManifestError([{ file: plan.file, line: 1, column: 1, code: 'STORAGE_MISSING', message }]);
  }
  const house = await boot(plan, { home, log, only: [storage.id] });
  try {
    return await work(house.port<Storage>(storage.id));
  } catch (cause) {
    const { code, message } = cause as Error & { code?: unknown };
    // Any other fault, a mistake in a step's SQL for example, keeps its stack.
    if (typeof code !== 'string' || !/^(DATABASE|MIGRATIONS|STORAGE)_/.test(code)) throw cause;
    throw new ManifestError([{ ...provider.position, code, message }], { cause });
  } finally {
    await house.stop();
  }
}

/**
 * Refuses to go on with a database that lacks steps or holds those of a newer version: throws a ManifestError whose
 * `code` is DATABASE_NOT_MIGRATED (or the store's own). A plan without tables needs no database and passes.
 */
export async function assertMigrated(plan: Plan, home: string, log: (part: string) => Logger): Promise<void> {
  const declared = migrationsOf(plan);
  if (declared.length === 0) return;
  const code = 'DATABASE_NOT_MIGRATED';
  try {
    await withStorage(plan, home, log, async (storage) => {
      const { length } = await pendingMigrations(declared, storage);
      const lacks = `the database lacks ${length} step${length === 1 ? '' : 's'}; run: divoc db migrate ${shortPath(plan.adopter) || '.'}`;
      if (length > 0) throw Object.assign(new Error(lacks), { code });
    });
  } catch (error) {
    throw error instanceof ManifestError ? Object.assign(error, { code: error.problems[0]?.code }) : error;
  }
}

/**
 * Reads what a table, and those with it, hold: may run beside divoc serve. `without` is said where it was never made.
 *
 * A database of an earlier shape is no reason to touch it.
 */
export async function withTable<T>(
  plan: Plan,
  env: NodeJS.ProcessEnv,
  { table, without }: { readonly table: string; readonly without: string },
  read: (storage: Storage) => Promise<T>,
): Promise<T> {
  return withStorage(plan, homeOf(env), logging(env), async (storage) => {
    await pendingMigrations(migrationsOf(plan), storage);
    if (await storage.knex.schema.hasTable(table)) return read(storage);
    throw Object.assign(new Error(`${without}; run: divoc db migrate`), { code: 'DATABASE_NOT_MIGRATED' });
  });
}
