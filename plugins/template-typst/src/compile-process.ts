import { writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { compile } from './compile.js';
import type { CompileRequest } from './compile-messages.js';

// The compiler's process: takes one request at a time, and ends with its parent.
process.on('message', (request: CompileRequest) => process.send?.(compile(request)));
process.on('disconnect', () => process.exit());
new Worker(new URL('parent-watch.js', import.meta.url), { argv: process.argv.slice(2) });

try {
  // A template that eats all memory shall cost Linux this process and not the house.
  writeFileSync('/proc/self/oom_score_adj', '1000');
} catch {
  // Another system.
}
