import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { client, dose } from '../journeys/requests.js';
import { databaseOf, newHome, startHouse, tokenFor } from '../journeys/running-house.js';
import { tellingAdopter } from '../journeys/telling-adopter.js';

const preload = fileURLToPath(new URL('kill-at.mjs', import.meta.url));

it('no event is lost and none becomes two when the receiver is down and the house is killed on the way', async () => {
  const home = newHome();
  const { adopter, env, told, stop } = await tellingAdopter();
  const post = async (address: string, token: string, code: string) =>
    client(address, token)('POST', '/v1/vaccinations', { body: dose(code) }).catch(() => undefined);

  told.answer = 503;
  const first = await startHouse({ adopter, home, env });
  const token = tokenFor(home, 'nurse', 'facility-staff', { adopter, env });
  for (let i = 0; i < 5; i += 1) await post(first.address, token, `K-${i}`);
  await first.stop();

  let kills = 0;
  for (const stage of ['job.adding', 'job.claimed', 'job.finishing', 'job.postponing', 'job.claimed', 'job.finishing']) {
    if (kills === 3) told.answer = 204;
    const doomed = await startHouse({
      adopter,
      home,
      isMigrated: true,
      node: ['--import', preload],
      env: { ...env, LOG_LEVEL: 'debug', DIVOC_KILL_AT: stage, DIVOC_KILL_AFTER: '3' },
    }).catch((error: Error) => {
      // What was left over may reach the stage while the house still starts.
      if (/ended with SIGKILL/.test(error.message)) return undefined;
      throw error;
    });
    let end: string | number | undefined;
    void doomed?.ended.then((how) => {
      end = how;
    });
    for (let i = 0; doomed && end === undefined; i += 1) {
      await post(doomed.address, token, `K-${stage}-${kills}-${i}`);
      await pause(200);
    }
    if (doomed) expect(end).toBe('SIGKILL');
    kills += 1;
  }
  told.answer = 204;
  const house = await startHouse({ adopter, home, isMigrated: true, env });

  const db = databaseOf(home);
  const actions = ['vaccination.recorded', 'certificate.issued'];
  const happened = async () => {
    const rows = await db('audit_entry').orderBy('seq').whereIn('action', actions).select('action', 'subject');
    return rows.map(({ action, subject }) => `divoc.${action}.v1 ${subject}`);
  };
  const waiting = async () => db('outbox_job').where({ state: 'waiting', queue: 'event:told' }).select('id');
  const missing = async () => {
    const seen = new Set(told.taken.map(({ type, subject }) => `${type} ${subject}`));
    return [...(await happened()).filter((each) => !seen.has(each)), ...(await waiting())];
  };
  await expect.poll(missing, { timeout: 90_000, interval: 500 }).toEqual([]);
  expect((await happened()).length).toBeGreaterThanOrEqual(10);
  // The same event is the same id, however often it comes, and what happened once is one event.
  const ids = new Map<string, Set<string>>();
  for (const { id, type, subject } of told.taken) ids.set(`${type} ${subject}`, (ids.get(`${type} ${subject}`) ?? new Set()).add(id));
  expect([...ids.values()].filter(({ size }) => size !== 1)).toEqual([]);
  expect([...ids.keys()].sort()).toEqual((await happened()).sort());
  expect(told.forged).toEqual([]);

  await db.destroy();
  await house.stop();
  await stop();
  rmSync(home, { recursive: true, force: true });
}, 240_000);
