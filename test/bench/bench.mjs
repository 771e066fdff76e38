// npm run bench [-- NAME...] [--json]: measures beside peers, in one run. Nothing here passes or fails.
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';

const NAMES = ['seal', 'verify', 'issue-http', 'pdf', 'qr', 'start', 'memory'];
const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
const unknown = positionals.filter((name) => !NAMES.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; known here: ${NAMES.join(', ')}.`);
  process.exit(2);
}

const rows = [];
for (const name of positionals.length > 0 ? positionals : NAMES) {
  if (!values.json) console.error(`${name} …`);
  const { run } = await import(`./${name}.mjs`);
  rows.push(...(await run()));
}
if (values.json) console.log(JSON.stringify(rows, null, 2));
else {
  console.log(`Node.js ${process.versions.node}, ${availableParallelism()} cores (${cpus()[0]?.model.trim()})\n`);
  console.log('| benchmark | ours | unit | peer, in the same run | peer | ratio |\n|---|---:|---|---|---:|---:|');
  for (const { name, unit, value, peer, peerValue, ratio } of rows)
    console.log(`| ${name} | ${value} | ${unit} | ${peer} | ${peerValue} | ${ratio} |`);
}
process.exit(0);
