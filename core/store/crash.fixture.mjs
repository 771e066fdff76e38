// A process that is killed. Does what its first argument says on the database of its second, prints a line where
// its end may come, and waits for it.
import postgres from '../../plugins/storage-postgres/dist/plugin.js';
import sqlite from '../../plugins/storage-sqlite/dist/plugin.js';
import { migrate } from '../dist/store/migrate.js';
import { storePart } from '../dist/store/store-part.js';

const [act, file] = process.argv.slice(2);
const say = (line) => process.stdout.write(`${line}\n`);
const forever = () => new Promise(() => setInterval(() => undefined, 1000));
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const clock = { now: () => new Date() };
const context = { instance: 'child', tenant: 'main', home: '/nowhere', log: silent, clock };
const onPostgres = {
  url: process.env.DIVOC_TEST_DATABASE_URL,
  schema: file.replace('postgres:', ''),
  connections: 2,
  connectSeconds: 10,
  statementSeconds: 30,
  lockSeconds: 20,
};
const { storage } = (
  file.startsWith('postgres:')
    ? await postgres.setup({ ...context, config: onPostgres }, {})
    : await sqlite.setup({ ...context, config: { file, durability: 'normal', busyTimeout: 10_000 } }, {})
).ports;
const { outbox, queue, audit, idempotency } = (await storePart.setup({ ...context, config: { keepDoneJobsDays: 7 } }, { storage })).ports;

const record = async (trx, i) => {
  const id = await outbox.add(trx, { queue: 'issue', subject: `s-${i}`, data: {} });
  await audit.append(trx, { actor: 'child', action: 'job.added', subject: id });
  return id;
};

const acts = {
  /** Dies with all written and nothing committed. */
  inside: () =>
    storage.transaction(async (trx) => {
      await record(trx, 0);
      say('ready');
      await forever();
    }),
  /** Dies anywhere in a stream of commits; says each id after its commit. */
  async stream() {
    for (let i = 0; ; i += 1) say(await storage.transaction((trx) => record(trx, i)));
  },
  /** Dies with a job in hand. */
  async claim() {
    const [job] = await queue.claim(['issue'], 1, 1);
    say(job.id);
    await forever();
  },
  /** Dies with a request's key in hand. */
  async begin() {
    const { state } = await idempotency.begin({ tenant: 'main', actor: 'a', route: 'r', key: 'k', bodyHash: 'h', now: clock.now() });
    say(state);
    await forever();
  },
  /** Dies in the second of three steps. */
  migrate: () => {
    const step = (name, hang) => ({
      name,
      async up(trx) {
        await trx.schema.createTable(`t${name.slice(0, 4)}`, (table) => table.text('x'));
        if (hang) say('ready');
        if (hang) await forever();
      },
    });
    return migrate([{ owner: 'acme', steps: [step('0001-a'), step('0002-b', true), step('0003-c')] }], storage, clock);
  },
};
await acts[act]();
