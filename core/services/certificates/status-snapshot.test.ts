import { describe, expect, it } from 'vitest';
import { databaseFile } from '../../store/store.fixture.js';
import { plainFormat } from '../../testkit/plain-format.js';
import { type House, ID, openHouse, requestOf } from './certificates.fixture.js';
import { StatusSnapshot } from './status-snapshot.js';
import { StatusStore } from './status-store.js';

const actor = 'officer';
const officer = { reason: 'unspecified', actor } as const;

async function withCertificates(count: number, forms: readonly string[] = ['first']) {
  const formats = Object.fromEntries(forms.map((name, at) => [name, plainFormat(name, { writesStatus: at === 0 })]));
  const file = databaseFile();
  const house = await openHouse({ formats, file });
  for (let n = 1; n <= count; n += 1) await house.port.issue(await requestOf(house, n));
  return { house, file, formats };
}

/** What a snapshot says, as what can be compared. */
async function told(snapshot: StatusSnapshot, { store }: Pick<House, 'store'>) {
  const { hashed, bitsOf } = await snapshot.read(store.storage.knex);
  const setIn = (bits: Uint8Array) =>
    [...bits].flatMap((byte, at) => [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => byte & (0x80 >> bit)).map((bit) => at * 8 + bit));
  const sorted = { ...hashed, ended: [...hashed.ended].sort(), suspended: [...hashed.suspended].sort() };
  return { hashed: sorted, revoked: setIn(bitsOf(1, 'revocation')), suspended: setIn(bitsOf(1, 'suspension')) };
}
const fresh = () => new StatusSnapshot(new StatusStore('main'));

/** The places of certificates that last came to one of these states, from the tables. */
async function placesOf({ store }: House, ...states: string[]): Promise<number[]> {
  const { knex } = store.storage;
  const events: { id: string; state: string }[] = await knex('certificate_status').orderBy(['id', 'seq']);
  const last = new Map(events.map(({ id, state }) => [id, state]));
  const rows: { id: string; place: number }[] = await knex('status_place').orderBy('place');
  return rows.filter(({ id }) => states.includes(last.get(id) ?? 'active')).map(({ place }) => place);
}

describe('what does not hold', () => {
  it.each([[['first']], [['first', 'second']]])(
    'is told as the table has it after each change, whichever process made it (forms %j)',
    async (forms) => {
      const { house, file, formats } = await withCertificates(8, forms);
      const other = await openHouse({ formats, file, isMigrated: true });
      const kept = fresh();
      let seed = 7;
      const random = (below: number) => {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        return Math.floor((seed / 2_147_483_648) * below);
      };
      for (let step = 0; step < 24; step += 1) {
        const { port } = random(2) === 0 ? house : other;
        const id = ID(1 + random(8));
        const act = random(8);
        const change = act < 4 ? port.suspend(id, officer) : act < 6 ? port.reinstate(id, { actor }) : port.revoke(id, officer);
        await change.catch((error: { status?: number }) => expect(error.status).toBe(409));
        if (step % 3 === 0) expect(await told(kept, house)).toEqual(await told(fresh(), house));
      }
      const last = await told(kept, house);
      expect(last).toMatchObject({ revoked: await placesOf(house, 'revoked'), suspended: await placesOf(house, 'suspended') });
      expect(last.hashed.ended.length + last.hashed.suspended.length).toBe(
        forms.length === 1 ? 0 : last.revoked.length + last.suspended.length,
      );
      expect([last.revoked.length, last.suspended.length]).not.toContain(0);
    },
  );

  it('has the events from before they had positions', async () => {
    const { house } = await withCertificates(3);
    const { knex } = house.store.storage;
    const event = { tenant: 'main', state: 'suspended', reason: 'unspecified', actor, at: '2026-11-23T10:00:00.000Z' };
    for (const n of [1, 2]) await knex('certificate_status').insert({ ...event, id: ID(n), seq: 1 });
    const kept = fresh();
    expect((await told(kept, house)).suspended).toHaveLength(2);
    await house.port.reinstate(ID(1), { actor });
    await house.port.revoke(ID(3), officer);
    expect(await told(kept, house)).toMatchObject({
      revoked: await placesOf(house, 'revoked'),
      suspended: await placesOf(house, 'suspended'),
    });
    expect((await told(kept, house)).suspended).toHaveLength(1);
  });

  it('is read from the start where the database was put back', async () => {
    const { house } = await withCertificates(3);
    const { house: earlier } = await withCertificates(3);
    for (const n of [1, 2, 3]) await house.port.revoke(ID(n), officer);
    await earlier.port.suspend(ID(1), officer);
    const kept = fresh();
    expect((await told(kept, house)).revoked).toHaveLength(3);
    expect(await told(kept, earlier)).toMatchObject({ revoked: [], suspended: await placesOf(earlier, 'suspended') });
  });

  it('reads no event a second time', async () => {
    const { house } = await withCertificates(3);
    for (const n of [1, 2]) await house.port.revoke(ID(n), officer);
    const read: number[] = [];
    class Counted extends StatusStore {
      override async events(...args: Parameters<StatusStore['events']>) {
        const events = await super.events(...args);
        read.push(events.length);
        return events;
      }
      override async *all(...args: Parameters<StatusStore['all']>) {
        for await (const page of super.all(...args)) {
          read.push(page.length);
          yield page;
        }
      }
    }
    const kept = new StatusSnapshot(new Counted('main'));
    await told(kept, house);
    await told(kept, house);
    await house.port.suspend(ID(3), officer);
    await told(kept, house);
    expect(read).toEqual([2, 1]);
  });
});
