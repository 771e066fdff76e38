import { join } from 'node:path';
import { inTurns, median, quantile, row, SECONDS } from './measure.mjs';
import { startWorker } from './programs.mjs';
import { sqliteTable } from './raw-table.mjs';
import { startHouse } from './servers.mjs';

const CLIENTS = 16;
const ROUNDS = 5;

/** Certificates that are issued and stored for good, as 16 clients see it; beside transactions of one row on the same disk. */
export async function run() {
  const house = await startHouse();
  const clients = startWorker('clients.mjs', { BENCH_ADDRESS: house.address, BENCH_TOKEN: house.token() });
  const raw = await sqliteTable(join(house.home, 'raw.sqlite'));
  try {
    const milliseconds = (Math.min(2 * SECONDS, 10) * 1000) / ROUNDS;
    await clients.ask({ clients: CLIENTS, milliseconds: 1500 });
    const measured = await inTurns(
      { issued: () => clients.ask({ clients: CLIENTS, milliseconds }), inserted: () => raw.insertFor(milliseconds / 2) },
      ROUNDS,
    );
    const perSecond = ({ latencies, seconds }) => latencies.length / seconds;
    const ours = measured.issued.flatMap(({ latencies }) => latencies);
    const theirs = measured.inserted.flatMap(({ latencies }) => latencies);
    const insert = 'one-row durable SQLite transaction';
    return [
      row('issue-http', 'certificates/s', median(measured.issued.map(perSecond)), `${insert}/s`, median(measured.inserted.map(perSecond))),
      row('issue-http p50', 'ms', median(ours), insert, median(theirs)),
      row('issue-http p99', 'ms', quantile(ours, 0.99), insert, quantile(theirs, 0.99)),
    ];
  } finally {
    await Promise.all([clients.stop(), house.stop(), raw.close()]);
  }
}
