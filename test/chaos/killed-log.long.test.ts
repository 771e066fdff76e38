import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startWitness } from '../../core/services/transparency/witness.fixture.js';
import { noteKeyText, parseNoteKey } from '../../core/verifier/transparency/signed-note.js';
import { client, dose } from '../journeys/requests.js';
import { databaseOf, divoc, newHome, type RunningHouse, startHouse, tokenFor } from '../journeys/running-house.js';
import { impatientAdopter } from './chaos-rounds.js';

/** Where the house dies: between entries and tree, before a checkpoint, and after a witness has signed what it then forgets. */
const KILLS = [
  ['log.appending', 1],
  ['log.signing', 2],
  ['log.witnessing', 2],
] as const;

const preload = fileURLToPath(new URL('kill-at.mjs', import.meta.url));
type Json = Record<string, unknown>;
const [adopter, home] = [impatientAdopter(), newHome()];

/** Issues a certificate and revokes it; its id, once both were answered. */
async function issueAndRevoke({ address }: RunningHouse, code: string): Promise<string> {
  const [nurse, supervisor] = (['facility-staff', 'supervisor'] as const).map((role) =>
    client(address, tokenFor(home, role, role, { adopter })),
  ) as [ReturnType<typeof client>, ReturnType<typeof client>];
  const { certificateId } = (await (await nurse('POST', '/v1/vaccinations', { body: dose(code) })).json()) as { certificateId: string };
  const reply = await supervisor('POST', `/v1/certificates/${certificateId}/revocations`, { body: { reason: 'fraud' } });
  if (reply.status !== 200) throw new Error(`answered ${reply.status}`);
  return certificateId;
}

it('a log whose house is killed at each step is whole, one and the same for its witness, and proves what happened', {
  timeout: 300_000,
}, async () => {
  const logKey = { text: '' };
  const { witness, state } = await startWitness(async () => parseNoteKey(logKey.text) as never);
  const witnessKey = noteKeyText(witness.key);
  const every = 'lookEverySeconds: 0.2, checkpointEverySeconds: 0.3';
  const witnesses = JSON.stringify({ other: { url: witness.url, key: witnessKey } });
  appendFileSync(
    join(adopter, 'adopter.yaml'),
    `  transparency: { with: { origin: health.example/log, ${every}, witnesses: ${witnesses} } }\n`,
  );
  const told: string[] = [];
  let isMigrated = false;
  for (const [stage, after] of KILLS) {
    const env = { LOG_LEVEL: 'debug', DIVOC_KILL_AT: stage, DIVOC_KILL_AFTER: String(after) };
    const house = await startHouse({ adopter, home, isMigrated, node: ['--import', preload], env }).catch((error: Error) => {
      // What the round before has left may reach the stage while the house still starts.
      if (/ended with SIGKILL/.test(error.message)) return undefined;
      throw error;
    });
    isMigrated = true;
    if (!house) continue;
    logKey.text = (
      await fetch(`${house.address}/log/key`).then(
        (reply) => reply.text(),
        () => logKey.text,
      )
    ).trim();
    // Until it dies: a later checkpoint needs something new.
    let alive = true;
    house.ended.then(() => {
      alive = false;
    });
    for (let n = 0; alive && n < 25; n += 1) {
      const id = await issueAndRevoke(house, `${stage}-${n}`).catch(() => undefined);
      if (id !== undefined) told.push(id);
      await new Promise((later) => setTimeout(later, 300));
    }
    if (alive) house.child.kill('SIGKILL');
    expect([stage, alive]).toEqual([stage, false]);
    await house.ended;
  }

  const first = await startHouse({ adopter, home, isMigrated });
  const db = databaseOf(home);
  const count = async (sql: string) => Number(Object.values((await db.raw(sql))[0] as Json)[0]);
  const happened = () => count("select count(*) from audit_entry where action in ('certificate.issued', 'certificate.revoked')");
  const isWitnessed = async () => {
    const note = String((await db('log_checkpoint').orderBy('size', 'desc').first())?.note);
    return [Number(note.split('\n')[1]), state.size, note.includes('witness.example/w1')];
  };
  const settled = async () => {
    const size = await happened();
    await expect.poll(isWitnessed, { timeout: 60_000 }).toEqual([size, size, true]);
    return size;
  };
  const published = (house: RunningHouse, ...more: string[]) => {
    const who = ['--key', logKey.text, '--witness', witnessKey, '--json'];
    const { status, stdout, stderr } = divoc(['log', 'audit', '--log', `${house.address}/log`, ...who, ...more], { home });
    return { status, stderr, ...(stdout && (JSON.parse(stdout) as Json)) };
  };
  const kept = join(home, 'checkpoint');
  let second: RunningHouse | undefined;
  try {
    told.push(await issueAndRevoke(first, 'between'));
    const before = await settled();
    expect(published(first, '--save', kept)).toMatchObject({ status: 0, sound: true, size: before });

    // Killed once more, at any moment; the log goes on from the checkpoint that an auditor has kept.
    const last = issueAndRevoke(first, 'last').catch(() => undefined);
    setTimeout(() => first.child.kill('SIGKILL'), 150);
    await Promise.all([last, first.ended]);
    second = await startHouse({ adopter, home, isMigrated });
    told.push(await issueAndRevoke(second, 'after'));
    const size = await settled();
    expect(size).toBeGreaterThan(before);
    const revoked = await count("select count(*) from audit_entry where action = 'certificate.revoked'");
    expect(published(second, '--since', kept)).toMatchObject({
      status: 0,
      sound: true,
      size,
      types: { 'divoc.certificate.revoked.v1': revoked, 'divoc.certificate.issued.v1': size - revoked },
    });
    const own = divoc(['log', 'audit', adopter, '--key', logKey.text, '--since', kept, '--json'], { home });
    expect([own.status, JSON.parse(own.stdout)]).toMatchObject([0, { sound: true, size }]);
    expect(divoc(['audit', 'verify', adopter], { home }).status).toBe(0);
    // The witness was never shown two histories, nor a log that had become shorter.
    expect(state.statuses.filter((status) => status !== 200 && status !== 409)).toEqual([]);

    // Whoever was told of a revocation can prove it, and the certificate's issue, to anybody with the two keys.
    const out = join(home, 'proofs');
    for (const id of [told[0], told.at(-1)] as string[]) {
      const { stdout, status } = divoc(['log', 'prove', adopter, '--certificate', id, '--out', out], { home });
      const types = stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as Json).type);
      expect([status, types]).toEqual([0, ['divoc.certificate.issued.v1', 'divoc.certificate.revoked.v1']]);
    }
    const [proof] = readdirSync(out).sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
    const credential = join(home, 'credential.json');
    writeFileSync(credential, String((await db('certificate').where({ id: told[0] }).first())?.credential));
    const verified = (...more: string[]) =>
      divoc(['log', 'verify', join(out, proof as string), '--key', logKey.text, '--credential', credential, '--json', ...more], { home });
    expect(JSON.parse(verified('--witness', witnessKey).stdout)).toMatchObject({ valid: true, size, origin: 'health.example/log' });
    const stranger = (await startWitness(async () => parseNoteKey(logKey.text) as never)).witness.key;
    expect(JSON.parse(verified('--witness', noteKeyText(stranger)).stdout)).toMatchObject({ valid: false, code: 'WITNESSES_TOO_FEW' });
  } finally {
    await db.destroy();
    await second?.stop();
    first.child.kill('SIGKILL');
  }
});
