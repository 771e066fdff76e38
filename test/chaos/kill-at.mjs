// Preloaded into the built program (node --import): ends it with SIGKILL exactly where it logs a stage.
// The program logs synchronously, so nothing after that line has run.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const stage = `"stage":"${process.env.DIVOC_KILL_AT}"`;
let left = Number(process.env.DIVOC_KILL_AFTER ?? 1);
const { writeSync } = fs;
fs.writeSync = (fd, data, ...rest) => {
  const written = writeSync(fd, data, ...rest);
  if (fd === 2 && String(data).includes(stage) && --left === 0) {
    process.kill(process.pid, 'SIGKILL');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
  return written;
};
syncBuiltinESMExports();
