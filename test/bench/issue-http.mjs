import { join } from 'node:path';
import knex from 'knex';
import { issueOne, startHouse } from './house.mjs';
import { median, rates, row, SECONDS } from './measure.mjs';

const CLIENTS = 16;

/** Certificates stored for good, over HTTP, as 16 clients see it; beside single durable inserts on the same disk. */
export async function run() {
  const house = await startHouse();
  try {
    const token = house.token();
    for (let i = 0; i < 32; i += 1) await issueOne(house.address, token);
    const took = [];
    const begin = performance.now();
    const end = begin + SECONDS * 2000;
    const client = async () => {
      while (performance.now() < end) {
        const started = performance.now();
        await issueOne(house.address, token);
        took.push(performance.now() - started);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    const perSecond = (took.length * 1000) / (performance.now() - begin);
    const inserts = await durableInserts(house.home);
    const sorted = took.sort((a, b) => a - b);
    const bare = 1000 / inserts;
    return [
      row('issue-http', 'certificates/s', perSecond, 'single durable inserts into SQLite/s', inserts),
      row('issue-http p50', 'ms', median(sorted), 'one durable insert, ms', bare),
      row('issue-http p99', 'ms', sorted[Math.floor(sorted.length * 0.99)], 'one durable insert, ms', bare),
    ];
  } finally {
    await house.stop();
  }
}

async function durableInserts(home) {
  const db = knex({
    client: 'sqlite3',
    connection: { filename: join(home, 'raw.sqlite') },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  await db.raw('PRAGMA journal_mode = WAL');
  await db.raw('PRAGMA synchronous = FULL');
  await db.schema.createTable('raw', (table) => table.text('document'));
  const document = 'x'.repeat(1500);
  const { insert } = await rates({ insert: () => db('raw').insert({ document }) });
  await db.destroy();
  return insert;
}
