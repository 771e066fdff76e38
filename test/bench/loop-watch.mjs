// Loaded into a house by loop.mjs (--import): how long its event loop was held, in CPU time of its main thread where Linux tells
// it, so that other work on the machine is not counted. The first SIGUSR2 begins, the second one writes the turns.
import { openSync, readSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const { LOOP_WATCH_FILE: file } = process.env;
if (file && isMainThread) watch();

function watch() {
  const busy = cpuClock();
  let [last, turns] = [busy(), undefined];
  setInterval(() => {
    const now = busy();
    turns?.push(now - last);
    last = now;
  }, 1).unref();
  process.on('SIGUSR2', () => {
    if (turns) writeFileSync(file, JSON.stringify(turns));
    turns = turns ? undefined : [];
  });
}

/** Milliseconds that this thread has worked. */
function cpuClock() {
  try {
    const stat = openSync(`/proc/self/task/${process.pid}/schedstat`);
    const text = Buffer.alloc(64);
    return () => Number(text.toString('latin1', 0, readSync(stat, text, 0, text.length, 0)).split(' ')[0]) / 1e6;
  } catch {
    return () => performance.now();
  }
}
