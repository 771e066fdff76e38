import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { client, dose } from '../journeys/requests.js';
import { databaseOf, divoc, newHome, startHouse, tokenFor } from '../journeys/running-house.js';
import { impatientAdopter } from './chaos-rounds.js';

const preload = fileURLToPath(new URL('kill-at.mjs', import.meta.url));
type Json = Record<string, unknown>;

/** Where the command dies, one run after another: in the first page, and in later ones. */
const KILLS = [
  ['reissue.intending', 1],
  ['reissue.intended', 1],
  ['certificate.sealed', 57],
  ['reissue.storing', 1],
  ['reissue.stored', 1],
  ['certificate.sealed', 99],
  ['reissue.storing', 1],
  ['reissue.stored', 1],
  ['reissue.intended', 1],
] as const;
const COUNT = 250;
const REVOKED = 3;

it('a re-issue that is killed at any step, beside a running house, ends with each certificate re-issued once', {
  timeout: 300_000,
}, async () => {
  const [adopter, home] = [impatientAdopter(), newHome()];
  const log = '{ origin: health.example/log, lookEverySeconds: 1, checkpointEverySeconds: 1 }';
  appendFileSync(join(adopter, 'adopter.yaml'), `  transparency: { with: ${log} }\n`);
  const house = await startHouse({ adopter, home });
  const db = databaseOf(home);
  try {
    const nurse = client(house.address, tokenFor(home, 'nurse', 'facility-staff', { adopter }));
    const supervisor = client(house.address, tokenFor(home, 'supervisor', 'supervisor', { adopter }));
    for (let n = 0; n < COUNT; n += 10) {
      const codes = Array.from({ length: 10 }, (_, i) => `R-${n + i}`);
      for (const reply of await Promise.all(codes.map((code) => nurse('POST', '/v1/vaccinations', { body: dose(code) }))))
        expect(reply.status).toBeLessThan(203);
    }
    const count = async (sql: string) => {
      const answer = await db.raw(sql);
      return Number(Object.values((answer.rows ?? answer)[0] as Json)[0]);
    };
    await expect.poll(() => count('select count(*) from certificate'), { timeout: 60_000 }).toBe(COUNT);
    const ids: string[] = (await db('certificate').orderBy('id').select('id')).map(({ id }) => id);
    const ended = ids.slice(-REVOKED);
    for (const id of ended) await supervisor('POST', `/v1/certificates/${id}/revocations`, { body: { reason: 'fraud' } });
    const credentialOf = async (id: string) =>
      (await nurse('GET', `/v1/certificates/${id}`, { headers: { accept: 'application/vc' } })).json() as Promise<Json>;
    const old = await credentialOf(ids[0] as string);

    const { keys } = JSON.parse(divoc(['keys', 'list', adopter, '--json'], { home }).stdout) as { keys: { id: string; purpose: string }[] };
    const key = keys.find(({ purpose }) => purpose === 'vc')?.id as string;
    expect(divoc(['keys', 'revoke', adopter, '--key', key], { home }).status).toBe(0);
    const command = ['certificates', 'reissue', adopter, '--json'];
    for (const [stage, after] of KILLS) {
      const env = {
        NODE_OPTIONS: `--import ${preload}`,
        LOG_LEVEL: 'debug',
        DIVOC_KILL_AT: stage,
        DIVOC_KILL_AFTER: String(after),
      };
      const { status, stdout } = divoc(command, { home, env });
      expect([stage, status, stdout]).toEqual([stage, null, '']);
    }
    const { status, stdout, stderr } = divoc(command, { home });
    expect([status, stderr]).toEqual([0, expect.not.stringContaining('Error')]);
    const totals = JSON.parse(stdout);
    expect(totals).toMatchObject({ looked: COUNT, ended: REVOKED, failed: {} });
    expect(totals.reissued + totals.before).toBe(COUNT - REVOKED);
    expect(totals.before).toBeGreaterThanOrEqual(200);

    // Once each: one seal, one intent, one entry, none for those that have ended; the audit log is whole.
    const whole = COUNT - REVOKED;
    expect(await count('select count(*) from certificate_reseal')).toBe(whole);
    expect(await count('select count(*) from certificate_reseal_intent')).toBe(whole);
    expect(await count('select count(distinct id) from certificate_reseal')).toBe(whole);
    const audited = "from audit_entry where action = 'certificate.reissued'";
    expect([await count(`select count(*) ${audited}`), await count(`select count(distinct subject) ${audited}`)]).toEqual([whole, whole]);
    expect(divoc(['audit', 'verify', adopter], { home }).status).toBe(0);

    // The house gives out and verifies the new seals, and the old one no longer verifies.
    const verdictOn = async (credential: Json) =>
      ((await (await client(house.address)('POST', '/v1/verify', { body: { credential } })).json()) as Json).status;
    const first = await credentialOf(ids[0] as string);
    await expect.poll(() => verdictOn(first), { timeout: 90_000, interval: 1000 }).toBe('VERIFIED');
    expect(await verdictOn(old)).toBe('REVOKED_KEYS');
    for (const id of ids.slice(0, -REVOKED)) expect([id, await verdictOn(await credentialOf(id))]).toEqual([id, 'VERIFIED']);

    // The log has each of them, agrees with the audit log, and proves both credentials.
    const logKey = (await (await fetch(`${house.address}/log/key`)).text()).trim();
    const logSize = COUNT + whole + REVOKED;
    await expect.poll(() => count('select max(size) from log_checkpoint'), { timeout: 60_000 }).toBe(logSize);
    const report = divoc(['log', 'audit', adopter, '--key', logKey, '--json'], { home });
    expect([report.status, JSON.parse(report.stdout)]).toMatchObject([
      0,
      { sound: true, size: logSize, types: { 'divoc.certificate.reissued.v1': whole } },
    ]);
    const proved = divoc(['log', 'prove', adopter, '--certificate', ids[0] as string], { home });
    const proofs = proved.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect(proofs.map(({ type }) => type)).toEqual(['divoc.certificate.issued.v1', 'divoc.certificate.reissued.v1']);
  } finally {
    await db.destroy();
    await house.stop();
  }
});
