import { readFileSync } from 'node:fs';
import { issueOne, startHello, startHouse } from './house.mjs';
import { row } from './measure.mjs';

/** Resident memory of a process, in MB (Linux). */
const resident = (pid) => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

export async function run() {
  const [house, hello] = [await startHouse(), await startHello()];
  try {
    const bare = resident(hello.pid);
    const started = resident(house.pid);
    const token = house.token();
    for (let i = 0; i < 50; i += 1) await Promise.all(Array.from({ length: 10 }, () => issueOne(house.address, token)));
    return [
      row('memory after start', 'MB', started, 'a bare Fastify server', bare),
      row('memory after 500 certificates', 'MB', resident(house.pid), 'a bare Fastify server', bare),
    ];
  } finally {
    await house.stop();
    await hello.stop();
  }
}
