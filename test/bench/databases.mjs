import { join } from 'node:path';
import { inTurns, median, row, SECONDS } from './measure.mjs';
import { startWorker } from './programs.mjs';
import { postgresTable, sqliteTable } from './raw-table.mjs';
import { newHome, startHouse, startPostgres } from './servers.mjs';

const CLIENTS = 16;
const ROUNDS = 5;

/** The same house on both databases, in turns; each beside transactions of one row in its own database. */
export async function run() {
  const server = await startPostgres();
  const stops = [server.stop];
  try {
    const sqlite = await startHouse();
    stops.unshift(sqlite.stop);
    const postgres = await startHouse(newHome(server.adopter), server.adopter);
    stops.unshift(postgres.stop);
    const raw = [await sqliteTable(join(sqlite.home, 'raw.sqlite')), await postgresTable(server.url, server.schema)];
    stops.unshift(...raw.map(({ close }) => close));
    const clients = [sqlite, postgres].map((house) =>
      startWorker('clients.mjs', { BENCH_ADDRESS: house.address, BENCH_TOKEN: house.token() }),
    );
    stops.unshift(...clients.map(({ stop }) => stop));

    const milliseconds = (Math.min(2 * SECONDS, 10) * 1000) / ROUNDS;
    const issue = (each) => each.ask({ clients: CLIENTS, milliseconds });
    for (const each of clients) await each.ask({ clients: CLIENTS, milliseconds: 1500 });
    const measured = await inTurns(
      {
        sqlite: () => issue(clients[0]),
        postgres: () => issue(clients[1]),
        sqliteRow: () => raw[0].insertFor(milliseconds / 2),
        postgresRow: () => raw[1].insertFor(milliseconds / 2),
      },
      ROUNDS,
    );
    const perSecond = (name) => median(measured[name].map(({ latencies, seconds }) => latencies.length / seconds));
    return [
      row('issue on SQLite', 'certificates/s', perSecond('sqlite'), 'one-row durable transaction/s', perSecond('sqliteRow')),
      row('issue on PostgreSQL', 'certificates/s', perSecond('postgres'), 'one-row durable transaction/s', perSecond('postgresRow')),
      row('PostgreSQL beside SQLite', 'certificates/s', perSecond('postgres'), 'on SQLite', perSecond('sqlite')),
    ];
  } finally {
    for (const stop of stops) await stop();
  }
}
