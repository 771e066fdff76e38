import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { client } from '../journeys/requests.js';
import { databaseOf, divoc, newHome, startHouse, tokenFor } from '../journeys/running-house.js';
import { impatientAdopter } from './chaos-rounds.js';

/** Others' credentials with a status: the house is killed at each step of issuing them, and of changing what they stand for. */
const ISSUING = ['document.intended', 'document.sealed', 'document.storing', 'document.stored'] as const;
/** As with certificates, whose statuses are one code with these (killed-status.long.test.ts). */
const CHANGING = ['status.recorded'] as const;

const preload = fileURLToPath(new URL('kill-at.mjs', import.meta.url));
type Json = Record<string, unknown>;

/** The demo with W3C's interface, and those who may use it. */
function documentAdopter(): string {
  const folder = impatientAdopter();
  const file = join(folder, 'adopter.yaml');
  const roles = "{ issuer: ['credentials:issue'], officer: ['credentials:status'], checker: ['credentials:verify'] }";
  const text = readFileSync(file, 'utf8')
    .replace(/staff: \{ use: auth-local, version: [^,}]+ \}/, `staff: { use: auth-local, with: { roles: ${roles} } }`)
    .replace('plugins:\n', 'plugins:\n  vc: { use: api-vc, with: { issueWithStatus: true } }\n');
  writeFileSync(file, text);
  return folder;
}

const adopter = documentAdopter();
const home = newHome();
const of = (role: string) => tokenFor(home, role, role, { adopter });

/** What somebody was given: credentials by their own ids. */
const given = new Map<string, Json[]>();
/** What somebody was told, or asked and was not told. */
const [revoked, asked] = [new Set<string>(), new Set<string>()];

async function issue(address: string, id: string): Promise<void> {
  const credential = {
    '@context': ['https://www.w3.org/ns/credentials/v2', 'https://www.w3.org/ns/credentials/examples/v2'],
    id,
    type: ['VerifiableCredential', 'AlumniCredential'],
    credentialSubject: { id: 'did:example:subject', alumniOf: 'The School of Examples' },
  };
  const reply = await client(address, of('issuer'))('POST', '/vc-api/credentials/issue', { body: { credential } });
  const body = (await reply.json()) as { verifiableCredential: Json };
  if (reply.status !== 201) throw new Error(`answered ${reply.status}: ${JSON.stringify(body)}`);
  given.set(id, [...(given.get(id) ?? []), body.verifiableCredential]);
}

async function revoke(address: string, credentialId: string): Promise<void> {
  asked.add(credentialId);
  const body = { credentialId, credentialStatus: { type: 'BitstringStatusListEntry', statusPurpose: 'revocation' }, status: true };
  const reply = await client(address, of('officer'))('POST', '/vc-api/credentials/status', { body });
  if (reply.status !== 200) throw new Error(`answered ${reply.status}: ${await reply.text()}`);
  revoked.add(credentialId);
}

let isMigrated = false;
/** A house that dies the n-th time that it comes to a stage; what is done in it comes to an end or not. */
async function dying(stage: string, after: number, work: (address: string) => readonly Promise<void>[]): Promise<void> {
  const env = { LOG_LEVEL: 'debug', DIVOC_KILL_AT: stage, DIVOC_KILL_AFTER: String(after) };
  const house = await startHouse({ adopter, home, isMigrated, node: ['--import', preload], env });
  isMigrated = true;
  await Promise.allSettled(work(house.address));
  expect([stage, await house.ended]).toEqual([stage, 'SIGKILL']);
}

const urn = (round: string, n: number) => `urn:example:${round.replace('.', '-')}:${n}`;
const setIn = (list: Json): number[] => {
  const { encodedList } = list.credentialSubject as { encodedList: string };
  const bits = gunzipSync(Buffer.from(encodedList.slice(1), 'base64url'));
  return [...bits].flatMap((byte, at) => [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => byte & (0x80 >> bit)).map((bit) => at * 8 + bit));
};
const placeIn = ({ credentialStatus }: Json): number => Number((credentialStatus as { statusListIndex: string }[])[0]?.statusListIndex);

it('loses no credential that was given out, gives no place twice, and revokes what was revoked', { timeout: 300_000 }, async () => {
  for (const stage of ISSUING) await dying(stage, 3, (address) => [0, 1, 2, 3, 4].map((n) => issue(address, urn(stage, n))));
  for (const stage of CHANGING)
    await dying(stage, 2, (address) => [0, 1].map((n) => issue(address, urn(stage, n)).then(() => revoke(address, urn(stage, n)))));

  const house = await startHouse({ adopter, home, isMigrated });
  const db = databaseOf(home);
  try {
    // Whoever has had no answer asks again, under the same id.
    for (const stage of ISSUING) for (const n of [0, 1, 2, 3, 4]) if (!given.has(urn(stage, n))) await issue(house.address, urn(stage, n));
    expect(given.size).toBe(5 * ISSUING.length + 2 * CHANGING.length);
    expect(house.log()).not.toContain('a fault of this part');

    // Each is kept as it was given; a place is its own, also of those that were never given to anybody.
    const rows: { id: string; intent: string; credential: string | null; credential_id: string }[] = await db('document').orderBy('id');
    const kept = rows.flatMap(({ credential }) => (credential === null ? [] : [JSON.parse(credential) as Json]));
    for (const credential of [...given.values()].flat()) expect(kept).toContainEqual(credential);
    const places: { id: string; place: number }[] = await db('status_place');
    expect(new Set(places.map(({ id }) => id))).toEqual(new Set(rows.map(({ id }) => id)));
    expect(new Set(places.map(({ place }) => place)).size).toBe(rows.length);
    expect(places.length).toBe(rows.length);
    expect((await db('status_list').sum({ used: 'used' }).first())?.used).toBe(rows.length);
    for (const { id, intent } of rows) expect(placeIn(JSON.parse(intent).document)).toBe(places.find((place) => place.id === id)?.place);
    // At every kill but the last two steps somebody's intent stayed without a signature, and one was stored that nobody was given.
    expect(rows.length).toBeGreaterThan(kept.length);
    expect(kept.length).toBeGreaterThan([...given.values()].flat().length);
    const entriesOf = async (action: string) =>
      (await db('audit_entry').where({ action }).orderBy('subject')).map(({ subject }) => subject);
    expect(await entriesOf('document.intended')).toEqual(rows.map(({ id }) => id));
    expect(await entriesOf('document.issued')).toEqual(rows.filter(({ credential }) => credential !== null).map(({ id }) => id));

    // What was told as revoked is, at once after the start; what nobody was told of, wholly or not at all; nothing else is.
    const stands = async () => {
      const set = setIn((await (await fetch(`${house.address}/status/r1`)).json()) as Json);
      const ids = new Set(kept.filter((credential) => set.includes(placeIn(credential))).map(({ id }) => String(id)));
      const all = kept.filter(({ id }) => ids.has(String(id))).map(placeIn);
      expect(set).toEqual(all.sort((a, b) => a - b));
      return ids;
    };
    const before = await stands();
    for (const id of revoked) expect(before).toContain(id);
    for (const id of before) expect(asked).toContain(id);
    // Two under one id stand alike, also where the first one was never seen.
    const twice = kept.map(({ id }) => String(id)).filter((id, at, all) => all.indexOf(id) !== at);
    expect(twice.length).toBeGreaterThan(0);
    for (const id of [...asked, ...twice]) await revoke(house.address, id);
    expect(await stands()).toEqual(new Set([...asked, ...twice]));
    expect(new Set(await entriesOf('document.revoked')).size).toBe((await entriesOf('document.revoked')).length);
    const verdictOn = async (verifiableCredential: Json) =>
      (await client(house.address, of('checker'))('POST', '/vc-api/credentials/verify', { body: { verifiableCredential } })).status;
    for (const credential of kept) expect(await verdictOn(credential)).toBe(revoked.has(String(credential.id)) ? 400 : 200);
    expect(divoc(['audit', 'verify', adopter], { home }).status).toBe(0);
  } finally {
    await db.destroy();
    await house.stop();
  }
});
