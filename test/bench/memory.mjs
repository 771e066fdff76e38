import { readFileSync } from 'node:fs';
import { requestCertificate } from './issue-request.mjs';
import { row } from './measure.mjs';
import { startHello, startHouse } from './servers.mjs';

const REQUESTS = 500;
const CLIENTS = 10;

/** Resident memory of a process in MB, as Linux tells it. */
const resident = (pid) => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** The server's own process; the PDF compiler has another, which starts with the first PDF. */
export async function run() {
  if (process.platform !== 'linux') throw new Error('resident memory is read from /proc, which only Linux has');
  const [house, hello] = [await startHouse(), await startHello()];
  try {
    const fresh = [resident(house.pid), resident(hello.pid)];
    const token = house.token();
    await many(() => requestCertificate(house.address, token));
    await many(async () => (await fetch(hello.address)).arrayBuffer());
    return [
      row('memory at start', 'MB', fresh[0], 'Fastify server of one route', fresh[1]),
      row(`memory after ${REQUESTS} certificates`, 'MB', resident(house.pid), `the same after ${REQUESTS} requests`, resident(hello.pid)),
    ];
  } finally {
    await Promise.all([house.stop(), hello.stop()]);
  }
}

async function many(request) {
  for (let sent = 0; sent < REQUESTS; sent += CLIENTS) await Promise.all(Array.from({ length: CLIENTS }, request));
}
