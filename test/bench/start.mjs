import { spawnSync } from 'node:child_process';
import { inTurns, median, row } from './measure.mjs';
import { newHome, startHello, startHouse } from './servers.mjs';

/** From the start of the process to the first 200 of /readyz, on a data folder that has been in use. */
export async function run() {
  const home = newHome();
  const startAndStop = async (start) => {
    const { milliseconds, stop } = await start();
    await stop();
    return milliseconds;
  };
  await startAndStop(() => startHouse(home));
  const measured = await inTurns(
    {
      house: () => startAndStop(() => startHouse(home)),
      hello: () => startAndStop(startHello),
      node() {
        const begin = performance.now();
        spawnSync(process.execPath, ['-e', '0']);
        return performance.now() - begin;
      },
    },
    5,
  );
  const house = median(measured.house);
  return [
    row('start', 'ms', house, 'Fastify server of one route', median(measured.hello)),
    row('start', 'ms', house, 'node -e 0', median(measured.node)),
  ];
}
