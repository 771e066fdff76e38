import knex from 'knex';

/** A table with the settings of storage-sqlite: write-ahead log, synced at each commit. */
export async function sqliteTable(filename) {
  const db = knex({ client: 'sqlite3', connection: { filename }, useNullAsDefault: true, pool: { min: 1, max: 1 } });
  await db.raw('PRAGMA journal_mode = WAL');
  await db.raw('PRAGMA synchronous = FULL');
  return rawTable(db);
}

/** One on PostgreSQL, with one connection: writers of a house follow one another there, too. */
export async function postgresTable(connection, schema) {
  const db = knex({ client: 'pg', connection, searchPath: [schema], pool: { min: 1, max: 1 } });
  return rawTable(db);
}

/** Transactions of one row, one after the other. */
async function rawTable(db) {
  await db.schema.createTable('raw', (table) => table.text('document'));
  const document = 'x'.repeat(1500);
  return {
    async insertFor(milliseconds) {
      const latencies = [];
      const begin = performance.now();
      while (performance.now() - begin < milliseconds) {
        const sent = performance.now();
        await db('raw').insert({ document });
        latencies.push(performance.now() - sent);
      }
      return { latencies, seconds: (performance.now() - begin) / 1000 };
    },
    close: () => db.destroy(),
  };
}
