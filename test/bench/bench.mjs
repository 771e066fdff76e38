// npm run bench [-- NAME... --json]: measures beside peers, in one run. No figure here passes or fails.
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import './programs.mjs';

const NAMES = ['seal', 'verify', 'bulk', 'qr', 'pdf', 'issue-http', 'databases', 'status', 'email', 'start', 'memory'];
const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
const unknown = positionals.filter((name) => !NAMES.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; known here: ${NAMES.join(', ')}.`);
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
    rows.push(...(await run()));
    console.error(`${name}: ${((performance.now() - begin) / 1000).toFixed(0)} s`);
  } catch (error) {
    // The others can be measured all the same, say where there is no browser.
    console.error(`${name} could not be measured:`, error);
    failed += 1;
  }
}
console.log(values.json ? JSON.stringify(rows, null, 2) : table(rows));
process.exit(failed > 0 ? 1 : 0);

function table(rows) {
  const head = ['benchmark', 'ours', 'unit', 'peer in the same run', 'peer', 'ratio'];
  const lines = [
    head,
    ...rows.map(({ name, value, unit, peer, peerValue, ratio }) => [name, value, unit, peer, peerValue, ratio].map(String)),
  ];
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column].length)));
  const isNumber = (column) => [1, 4, 5].includes(column);
  const pad = (text, column) => (isNumber(column) ? text.padStart(widths[column]) : text.padEnd(widths[column]));
  const rule = widths.map((width, column) => (isNumber(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [lines[0], rule, ...lines.slice(1)].map((cells) => `| ${cells.map(pad).join(' | ')} |`).join('\n');
}
