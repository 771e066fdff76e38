import { spawnSync } from 'node:child_process';
import { startHello, startHouse } from './house.mjs';
import { median, row } from './measure.mjs';

const TIMES = 5;

/** From the start of the process to the first answer of /readyz. */
export async function run() {
  const [house, hello, node] = [[], [], []];
  for (let i = 0; i < TIMES; i += 1) {
    const ours = await startHouse();
    house.push(ours.milliseconds);
    await ours.stop();
    const bare = await startHello();
    hello.push(bare.milliseconds);
    await bare.stop();
    const begin = performance.now();
    spawnSync(process.execPath, ['-e', '0']);
    node.push(performance.now() - begin);
  }
  return [
    row('start', 'ms', median(house), 'a bare Fastify server', median(hello)),
    row('start', 'ms', median(house), 'node -e 0', median(node)),
  ];
}
