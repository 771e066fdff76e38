import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { client, dose } from '../journeys/requests.js';
import { databaseOf, divoc, newHome, type RunningHouse, root, startHouse, tokenFor } from '../journeys/running-house.js';

/** Many records are posted, and the house is killed again and again while it issues them. 50,000: DIVOC_BULK=50000. */
const RECORDS = Number(process.env.DIVOC_BULK ?? 1500);
const PER_ISSUANCE = 1000;
/** Where it dies: at the n-th time that it logs this. */
const KILLS = [
  ['issuance.accepting', 2],
  ['certificate.intending', 70],
  ['certificate.sealed', 333],
  ['certificate.storing', 60],
  ['issuance.settling', 3],
] as const;
const AT_RANDOM = 2;

const preload = fileURLToPath(new URL('kill-at.mjs', import.meta.url));
const home = newHome();
type Json = Record<string, unknown>;

/** The demo with somebody who issues, a transparency log, and leases so short that a dead process's work is soon taken over. */
function bulkAdopter(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'divoc-bulk-')), 'demo');
  cpSync(join(root, 'adopters', 'demo'), folder, { recursive: true });
  const file = join(folder, 'adopter.yaml');
  const roles = '{ registrar: [certificates:issue, certificates:read] }';
  const staff = /staff: \{ use: auth-local, version: [^,}]+ \}/;
  const more = [
    '  dispatcher: { with: { leaseSeconds: 5 } }',
    '  transparency: { with: { origin: health.example/log, lookEverySeconds: 0.5, checkpointEverySeconds: 1 } }',
  ];
  const text = readFileSync(file, 'utf8').replace(staff, `staff: { use: auth-local, with: { roles: ${roles} } }`);
  writeFileSync(file, `${text}${more.join('\n')}\n`);
  return folder;
}

const adopter = bulkAdopter();
const record = (n: number): Json => ({ ...(dose('x').record as Json), lotNumber: `LOT-${n}` });
const bodies = Array.from({ length: Math.ceil(RECORDS / PER_ISSUANCE) }, (_, part) => ({
  records: Array.from({ length: Math.min(PER_ISSUANCE, RECORDS - part * PER_ISSUANCE) }, (_, n) => record(part * PER_ISSUANCE + n)),
}));

/** Posts everything, as a client does that has had no answer: with the same keys. Gives what was answered. */
async function postAll({ address }: RunningHouse): Promise<Json[]> {
  const registrar = client(address, tokenFor(home, 'registrar', 'registrar', { adopter }));
  const answers: Json[] = [];
  for (const [part, body] of bodies.entries()) {
    const reply = await registrar('POST', '/v1/issuances', { body, headers: { 'idempotency-key': `part-${part}` } });
    const text = await reply.text();
    // A request whose process died still holds its key until its claim ends.
    if (reply.status !== 202 && reply.status !== 200 && reply.status !== 409) throw new Error(`answered ${reply.status}: ${text}`);
    if (reply.status !== 409) answers.push(JSON.parse(text));
  }
  return answers;
}

async function dying(isMigrated: boolean, env: Record<string, string>, then?: (house: RunningHouse) => Promise<void>): Promise<void> {
  const house = await startHouse({ adopter, home, isMigrated, node: ['--import', preload], env }).catch((error: Error) => {
    // What was left over may reach the stage while the house still starts.
    if (/ended with SIGKILL/.test(error.message)) return undefined;
    throw error;
  });
  if (!house) return;
  await postAll(house).catch(() => undefined);
  await then?.(house);
  expect(await house.ended).toBe('SIGKILL');
}

it(`issues ${RECORDS} records once each, however often it is killed`, { timeout: 1_800_000 }, async () => {
  for (const [round, [stage, times]] of KILLS.entries())
    await dying(round > 0, { LOG_LEVEL: 'debug', DIVOC_KILL_AT: stage, DIVOC_KILL_AFTER: String(times) });
  for (let round = 0; round < AT_RANDOM; round += 1) {
    await dying(true, {}, async ({ child }) => {
      await pause(200 + Math.random() * 1500);
      child.kill('SIGKILL');
    });
  }

  const house = await startHouse({ adopter, home, isMigrated: true });
  const db = databaseOf(home);
  const one = async (sql: string): Promise<number> => {
    const answer = await db.raw(sql);
    return Number(Object.values((answer.rows ?? answer)[0])[0]);
  };
  try {
    await expect.poll(() => postAll(house), { timeout: 60_000, interval: 1000 }).toHaveLength(bodies.length);
    const ids = (await postAll(house)).map(({ id }) => id);
    const undone = () => one('select count(*) from issuance where done_at is null');
    await expect.poll(undone, { timeout: 1_200_000, interval: 500 }).toBe(0);
    expect(await one('select count(*) from issuance')).toBe(bodies.length);

    // Each record has the certificate that says what it said.
    const registrar = client(house.address, tokenFor(home, 'registrar', 'registrar', { adopter }));
    const numbers = new Set<unknown>();
    for (const [part, id] of ids.entries()) {
      const { items } = (await (await registrar('GET', `/v1/issuances/${id}/items?limit=1000`)).json()) as { items: Json[] };
      expect(items.map(({ index, outcome }) => [index, outcome])).toEqual(bodies[part]?.records.map((_, n) => [n, 'issued']));
      for (const { number } of items) numbers.add(number);
    }
    expect(numbers.size).toBe(RECORDS);
    const lots = await db('certificate_intent').select('intent');
    expect(new Set(lots.map(({ intent }) => JSON.parse(intent).subject.lotNumber)).size).toBe(RECORDS);
    const certificates = await db('certificate').select('credential');
    expect(new Set(certificates.map(({ credential }) => JSON.parse(credential).credentialSubject.lotNumber)).size).toBe(RECORDS);
    for (const table of ['certificate', 'certificate_intent', 'status_place', 'issuance_item'])
      expect([table, await one(`select count(*) from ${table}`)]).toEqual([table, RECORDS]);
    expect(await one('select count(*) from issuance_slice')).toBe(0);
    expect(await one('select count(*) from (select distinct list, place from status_place) as places')).toBe(RECORDS);
    expect(await one("select count(*) from outbox_job where state <> 'done'")).toBe(0);

    // Both logs tell of each once.
    const issued = "audit_entry where action = 'certificate.issued'";
    expect([await one(`select count(*) from ${issued}`), await one(`select count(distinct subject) from ${issued}`)]).toEqual([
      RECORDS,
      RECORDS,
    ]);
    expect(await one("select count(*) from audit_entry where action = 'issuance.done'")).toBe(bodies.length);
    expect(divoc(['audit', 'verify', adopter], { home }).status).toBe(0);
    const inLog = () => one('select max(size) from log_checkpoint');
    await expect.poll(inLog, { timeout: 600_000, interval: 500 }).toBe(RECORDS);
    expect(await one('select count(distinct subject) from log_entry')).toBe(RECORDS);
    const key = await (await fetch(`${house.address}/log/key`)).text();
    const audited = divoc(['log', 'audit', adopter, '--key', key.trim(), '--json'], { home });
    expect([audited.stderr, JSON.parse(audited.stdout)]).toMatchObject(['', { sound: true, size: RECORDS }]);
  } finally {
    await db.destroy();
    await house.stop();
  }
});
