import { join } from 'node:path';
import knex from 'knex';
import { placeOf } from '../../core/dist/services/certificates/status-permutation.js';
import { requestCertificate } from './issue-request.mjs';
import { median, quantile, row } from './measure.mjs';
import { newHome, startHouse } from './servers.mjs';

/** Certificates that there are, and that were revoked before. */
const CERTIFICATES = Number(process.env.BENCH_CERTIFICATES ?? 1_000_000);
const REVOKED = CERTIFICATES / 20;
const CHANGES = 30;

/** What one revocation costs where there are many already, beside one of the first; and many at once, and reinstatements. */
export async function run() {
  const home = newHome();
  const [few, many] = [await measured(home), await seeded(home).then(() => measured(home))];
  const name = `${REVOKED} revoked of ${CERTIFICATES}`;
  const side = 'none of 60';
  return ['revocation', 'suspension', 'reinstatement']
    .flatMap((act) => [
      row(`${act} p50, ${name}`, 'ms', median(many[act]), side, median(few[act])),
      row(`${act} p99, ${name}`, 'ms', quantile(many[act], 0.99), side, quantile(few[act], 0.99)),
    ])
    .concat(
      row(`revocations at once, ${name}`, '/s', many.atOnce, side, few.atOnce),
      row(`start, ${name}`, 'ms', many.start, side, few.start),
    );
}

async function measured(home) {
  const house = await startHouse(home);
  const [nurse, supervisor] = [house.token(), house.token('supervisor')];
  const post = async (token, path, body) => {
    const reply = await fetch(house.address + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (reply.status > 201) throw new Error(`${path} was answered ${reply.status}: ${await reply.text()}`);
    return reply.json();
  };
  try {
    const ids = [];
    for (let n = 0; n < 2 * CHANGES; n += 1) ids.push(await requestCertificate(house.address, nurse));
    const each = async (some, what, body) => {
      const times = [];
      for (const id of some) {
        const begun = performance.now();
        await post(supervisor, `/v1/certificates/${id}/${what}`, body);
        times.push(performance.now() - begun);
      }
      return times;
    };
    const [first, second] = [ids.slice(0, CHANGES), ids.slice(CHANGES)];
    const suspension = await each(first, 'suspensions', { reason: 'unspecified' });
    const reinstatement = await each(first, 'reinstatements');
    const revocation = await each(first, 'revocations', { reason: 'fraud' });
    const begun = performance.now();
    await Promise.all(second.map((id) => post(supervisor, `/v1/certificates/${id}/revocations`, { reason: 'fraud' })));
    const atOnce = (second.length * 1000) / (performance.now() - begun);
    return { suspension, reinstatement, revocation, atOnce, start: house.milliseconds };
  } finally {
    await house.stop();
  }
}

/** Writes what so many certificates leave in the tables that a change of status reads; the certificates themselves are no more than their ids. */
async function seeded(home) {
  const db = knex({ client: 'sqlite3', connection: { filename: join(home, 'divoc.sqlite') }, useNullAsDefault: true });
  try {
    const { seed, used, tenant } = await db('status_list').first();
    const key = Buffer.from(seed, 'base64url');
    const idOf = (n) => `01936b1e-0000-7000-8000-${String(n).padStart(12, '0')}`;
    await db.transaction(async (trx) => {
      const insert = async (table, rows) => {
        const columns = Object.keys(rows[0]);
        const text = `insert into ${table} (${columns.join(', ')}) select ${columns.map((_, at) => `value ->> ${at}`).join(', ')} from json_each(?)`;
        await trx.raw(text, [JSON.stringify(rows.map((one) => Object.values(one)))]);
      };
      const size = 50_000;
      for (let from = used; from < CERTIFICATES; from += size) {
        const counters = Array.from({ length: Math.min(size, CERTIFICATES - from) }, (_, n) => from + n);
        await insert(
          'status_place',
          counters.map((n) => ({ tenant, id: idOf(n), list: 1, place: placeOf(n, key), in_every_form: 1 })),
        );
        await insert(
          'certificate',
          counters.map((n) => ({ tenant, id: idOf(n), credential: '{}', stored_at: '2026-01-01T00:00:00.000Z', form: 'ldp' })),
        );
        const ended = counters.filter((n) => n % 20 === 0);
        await insert(
          'certificate_status',
          ended.map((n) => ({
            tenant,
            id: idOf(n),
            seq: 1,
            state: 'revoked',
            reason: 'fraud',
            actor: 'bench',
            at: '2026-01-01T00:00:00.000Z',
          })),
        );
      }
      await trx('status_list').update({ used: CERTIFICATES });
    });
  } finally {
    await db.destroy();
  }
}
