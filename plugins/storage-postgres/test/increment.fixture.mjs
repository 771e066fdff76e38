// Increments a counter so many times from a process of its own.
import plugin from '../dist/plugin.js';

const [url, schema, times] = process.argv.slice(2);
const config = { url, schema, connections: 2, connectSeconds: 10, statementSeconds: 30, lockSeconds: 20 };
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const { ports, stop } = await plugin.setup({ config, log: silent }, {});
for (let i = 0; i < Number(times); i += 1) {
  await ports.storage.transaction(async (trx) => {
    const { value } = await trx('counter').first('value');
    await trx('counter').update({ value: value + 1 });
  });
}
await stop();
process.exit(0);
