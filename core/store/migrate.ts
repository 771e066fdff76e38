import type { Knex } from 'knex';
import type { Clock, PartDescriptor } from '../api/plugin.js';
import { type Migration, migrations, type Storage } from '../internal/storage.js';
import { StoreError } from './store-error.js';

/**
 * Steps are applied by our own few lines: knex's migrator takes its lock by a row in a table, which a crash leaves
 * behind for a person to remove. Here each step and the row that says so commit together, under the write lock.
 */
const TABLE = 'divoc_migration';

/** A part's steps, in their order. */
export interface OwnedMigrations {
  /** The part's id: two instances of one plugin share their tables. */
  readonly owner: string;
  readonly steps: readonly Migration[];
}

export interface MigrationStep {
  readonly owner: string;
  readonly name: string;
}

/** The steps that the parts of a plan declare, in the plan's order. Throws a StoreError when names are out of order. */
export function migrationsOf(plan: { readonly parts: readonly { readonly descriptor: PartDescriptor }[] }): OwnedMigrations[] {
  const owned = new Map<string, readonly Migration[]>();
  for (const { descriptor } of plan.parts) {
    for (const provided of Object.values(descriptor.provides)) {
      if (provided.$divoc !== 'provision' || provided.port.id !== migrations.id) continue;
      const steps = provided.declaration as readonly Migration[];
      const names = steps.map(({ name }) => name);
      const wrong = names.find((name, i) => !/^\d{4}-[a-z0-9-]+$/.test(name) || (i > 0 && name <= names[i - 1]!));
      if (wrong !== undefined) throw new StoreError('MIGRATIONS_MISNAMED', `${descriptor.id} declares the step '${wrong}' out of order`);
      owned.set(descriptor.id, steps);
    }
  }
  return [...owned].map(([owner, steps]) => ({ owner, steps }));
}

/** The steps that are declared and not yet applied. Throws a StoreError when the database does not fit the declarations. */
export async function pendingMigrations(declared: readonly OwnedMigrations[], storage: Storage): Promise<MigrationStep[]> {
  const { knex } = storage;
  const isKept = await knex.schema.hasTable(TABLE);
  const pending: MigrationStep[] = [];
  for (const { owner, steps } of declared) {
    const applied = isKept ? await appliedSteps(knex, owner) : [];
    fits(owner, steps, applied);
    pending.push(...steps.slice(applied.length).map(({ name }) => ({ owner, name })));
  }
  return pending;
}

/**
 * Applies what is pending and returns it. Every step is a transaction of its own that also notes it, so a crash
 * anywhere is harmless, and so are two migrators at once: whoever comes second finds the step noted.
 *
 * A step may create tables and add columns. What makes knex rebuild a table on SQLite (dropping or altering a column)
 * needs foreign keys off, which no statement inside a transaction can bring about.
 */
export async function migrate(
  declared: readonly OwnedMigrations[],
  storage: Storage,
  clock: Clock,
  onApplied: (step: MigrationStep) => void = () => undefined,
): Promise<MigrationStep[]> {
  await storage.transaction(createTable);
  // Nothing is begun in a database that one of the parts cannot work with.
  await pendingMigrations(declared, storage);
  const done: MigrationStep[] = [];
  for (const { owner, steps } of declared) {
    for (const [i, step] of steps.entries()) {
      const isNew = await storage.transaction(async (trx) => {
        const applied = await appliedSteps(trx, owner);
        fits(owner, steps, applied);
        if (applied.length > i) return false;
        await step.up(trx);
        await trx(TABLE).insert({ owner, name: step.name, position: i + 1, applied_at: clock.now().toISOString() });
        return true;
      });
      if (!isNew) continue;
      done.push({ owner, name: step.name });
      onApplied({ owner, name: step.name });
    }
  }
  return done;
}

async function createTable(trx: Knex): Promise<void> {
  if (await trx.schema.hasTable(TABLE)) return;
  await trx.schema.createTable(TABLE, (table) => {
    table.text('owner').notNullable();
    table.text('name').notNullable();
    table.integer('position').notNullable();
    table.text('applied_at').notNullable();
    table.primary(['owner', 'name']);
    table.unique(['owner', 'position']);
  });
}

async function appliedSteps(knex: Knex, owner: string): Promise<string[]> {
  const rows: { name: string }[] = await knex(TABLE).where({ owner }).orderBy('position').select('name');
  return rows.map(({ name }) => name);
}

/** What was applied must be the beginning of what is declared. */
function fits(owner: string, steps: readonly Migration[], applied: readonly string[]): void {
  for (const [i, name] of applied.entries()) {
    if (steps[i]?.name === name) continue;
    if (!steps.some((step) => step.name === name)) {
      throw new StoreError('DATABASE_NEWER', `the database holds '${name}' of ${owner}, which this version does not know`);
    }
    throw new StoreError('MIGRATIONS_REORDERED', `${owner}: '${name}' was applied as step ${i + 1} and is declared at another place`);
  }
}
