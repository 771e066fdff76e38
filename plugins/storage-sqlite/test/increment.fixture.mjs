// A process of its own: adds 1 to a counter many times, reading first and writing later. Prints how often it had to give up.
import { openSqlite } from '../dist/src/sqlite-storage.js';

const [file, times] = process.argv.slice(2);
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const { storage, stop } = await openSqlite({ file, durability: 'normal', busyTimeout: 10_000, log: silent });
let failed = 0;
for (let i = 0; i < Number(times); i += 1) {
  await storage
    .transaction(async (trx) => {
      const { value } = await trx('counter').first('value');
      await trx('counter').update({ value: value + 1 });
    })
    .catch((error) => {
      failed += 1;
      process.stderr.write(`${error.code}: ${error.message}\n`);
    });
}
await stop();
process.stdout.write(String(failed));
