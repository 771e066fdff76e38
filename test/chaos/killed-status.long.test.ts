import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { client, dose } from '../journeys/requests.js';
import { databaseOf, newHome, startHouse, tokenFor } from '../journeys/running-house.js';
import { impatientAdopter } from './chaos-rounds.js';

const preload = fileURLToPath(new URL('kill-at.mjs', import.meta.url));
const adopter = impatientAdopter();
const home = newHome();
type Json = Record<string, unknown>;

/** Which places of a list are set. */
const setIn = (list: Json): number[] => {
  const { encodedList } = list.credentialSubject as { encodedList: string };
  const bits = gunzipSync(Buffer.from(encodedList.slice(1), 'base64url'));
  return [...bits.entries()].flatMap(([at, byte]) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => byte & (0x80 >> bit)).map((bit) => at * 8 + bit),
  );
};

let isMigrated = false;
it.each(
  ['status.recording', 'status.recorded', 'status.published'].flatMap((stage) =>
    (['suspensions', 'reinstatements', 'revocations'] as const).map((act) => [stage, act] as const),
  ),
)('a house that is killed at %s of %s loses no bit and sets no other', { timeout: 120_000 }, async (stage, act) => {
  const before = await startHouse({ adopter, home, isMigrated });
  isMigrated = true;
  const [nurse, supervisor] = ['facility-staff', 'supervisor'].map((role) => tokenFor(home, role, role, { adopter })) as [string, string];
  const { certificateId } = (await (
    await client(before.address, nurse)('POST', '/v1/vaccinations', { body: dose(`${stage}-${act}`) })
  ).json()) as { certificateId: string };
  const change = async (address: string, what: string) => {
    const body = what === 'reinstatements' ? undefined : { reason: 'unspecified' };
    const reply = await client(address, supervisor)('POST', `/v1/certificates/${certificateId}/${what}`, body && { body });
    return ((await reply.json()) as Json).state;
  };
  const credentialOf = async (address: string) =>
    (await client(address, nurse)('GET', `/v1/certificates/${certificateId}`, { headers: { accept: 'application/vc' } })).json();
  await expect.poll(async () => ((await credentialOf(before.address)) as Json).id, { timeout: 60_000 }).toBe(`urn:uuid:${certificateId}`);
  if (act === 'reinstatements') expect(await change(before.address, 'suspensions')).toBe('suspended');
  await before.stop();

  const env = { LOG_LEVEL: 'debug', DIVOC_KILL_AT: stage };
  const doomed = await startHouse({ adopter, home, isMigrated, node: ['--import', preload], env });
  await change(doomed.address, act).catch(() => undefined);
  expect(await doomed.ended).toBe('SIGKILL');

  const house = await startHouse({ adopter, home, isMigrated });
  const db = databaseOf(home);
  const listsAsRecorded = async () => {
    const rows: { id: string; state: string; place: number }[] = await db('certificate_status as s')
      .join('status_place as p', 'p.id', 's.id')
      .orderBy(['s.id', 's.seq'])
      .select('s.id', 's.state', 'p.place');
    const last = [...new Map(rows.map((row) => [row.id, row])).values()];
    const placesOf = (...states: string[]) => last.filter(({ state }) => states.includes(state)).map(({ place }) => place);
    for (const [name, places] of [
      ['r1', placesOf('revoked', 'superseded')],
      ['s1', placesOf('suspended')],
    ] as const) {
      const list = (await (await fetch(`${house.address}/status/${name}`)).json()) as Json;
      expect(setIn(list)).toEqual([...places].sort((a, b) => a - b));
    }
  };
  try {
    // What was recorded before the kill is told at once, and what was not is not.
    await listsAsRecorded();
    // Asked again, it happens once.
    const [state, word] = {
      suspensions: ['suspended', 'SUSPENDED'],
      reinstatements: ['active', 'VERIFIED'],
      revocations: ['revoked', 'REVOKED'],
    }[act];
    expect(await change(house.address, act)).toBe(state);
    await listsAsRecorded();
    const action = { suspensions: 'suspended', reinstatements: 'reinstated', revocations: 'revoked' }[act];
    expect(await db('audit_entry').where({ action: `certificate.${action}`, subject: certificateId })).toHaveLength(1);
    const verdict = await client(house.address)('POST', '/v1/verify', { body: { credential: await credentialOf(house.address) } });
    expect(await verdict.json()).toMatchObject({ status: word, answers: { status: act === 'reinstatements' ? 'pass' : 'fail' } });
  } finally {
    await db.destroy();
    await house.stop();
  }
});
