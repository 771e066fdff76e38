// npm run bench [-- NAME... --json --write]: measures beside peers, in one run. No figure here passes or fails.
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { markdownTable } from './markdown-table.mjs';
import './programs.mjs';

const NAMES = ['seal', 'verify', 'bulk', 'qr', 'pdf', 'issue-http', 'databases', 'status', 'email', 'start', 'memory', 'loop'];
/** Measured only where they are named: what they measure, the others do too. */
const NAMED = ['table'];
const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' }, write: { type: 'boolean' } }, allowPositionals: true });
const unknown = positionals.filter((name) => ![...NAMES, ...NAMED].includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; known here: ${[...NAMES, ...NAMED].join(', ')}.`);
  process.exit(2);
}

const processor = `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'})`;
console.error(`Node.js ${process.versions.node}, ${process.platform}-${process.arch}, ${processor}, load ${loadavg()[0].toFixed(1)}`);
const rows = [];
let failed = 0;
for (const name of positionals.length > 0 ? positionals : NAMES) {
  const begin = performance.now();
  try {
    const { run } = await import(`./${name}.mjs`);
    rows.push(...(await run(values)));
    console.error(`${name}: ${((performance.now() - begin) / 1000).toFixed(0)} s`);
  } catch (error) {
    // The others can be measured all the same, say where there is no browser.
    console.error(`${name} could not be measured:`, error);
    failed += 1;
  }
}
const HEAD = ['benchmark', 'ours', 'unit', 'peer in the same run', 'peer', 'ratio'];
const cells = rows.map(({ name, value, unit, peer, peerValue, ratio }) => [name, value, unit, peer, peerValue, ratio]);
if (rows.length > 0) console.log(values.json ? JSON.stringify(rows, null, 2) : markdownTable(HEAD, cells));
process.exit(failed > 0 ? 1 : 0);
