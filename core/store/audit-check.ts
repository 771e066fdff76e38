import type { Knex } from 'knex';
import { canonicalJson } from '../api/canonical-json.js';
import { type AuditRow, auditHead, BEGINNING, entryHash } from './audit-log.js';

/** The first thing that is wrong. `text` says it to a person. */
export interface AuditBreak {
  readonly seq: number;
  readonly problem: 'altered' | 'moved' | 'missing' | 'replaced' | 'added' | 'head';
  readonly text: string;
}

export interface AuditVerdict {
  /** Entries found whole before the break, or all of them. */
  readonly checked: number;
  /** The last entry. Whoever keeps it elsewhere can tell whether the whole log was made anew, which nothing in here can. */
  readonly head: { readonly seq: number; readonly hash: string };
  readonly broken?: AuditBreak;
}

const BATCH = 500;
/** How far from its place an entry is looked for. */
const REACH = 10_000;

/** Walks the log from its beginning to the head of this moment, and names the first entry that is not as it was written. */
export async function verifyAudit(knex: Knex, tenant: string): Promise<AuditVerdict> {
  const head = (await auditHead(knex, tenant)) ?? BEGINNING;
  let before: { readonly seq: number; readonly hash: string } = BEGINNING;
  let checked = 0;
  const verdict = (broken?: AuditBreak): AuditVerdict => ({ checked, head, ...(broken && { broken }) });
  for (;;) {
    const rows = await entriesAfter(knex, tenant, before.seq, head.seq);
    for (const row of rows) {
      const broken = breakAt(row, before);
      if (broken) return verdict(broken);
      before = row;
      checked += 1;
    }
    if (rows.length < BATCH) break;
  }
  if (before.seq < head.seq) return verdict(missing(before.seq + 1, 'the end of the log was cut off'));
  if (before.hash !== head.hash) {
    return verdict({
      seq: head.seq,
      problem: 'head',
      text: `entry ${head.seq} is not the one that the log's head names: one of them was replaced`,
    });
  }
  return verdict(await outside(knex, tenant));
}

async function entriesAfter(knex: Knex, tenant: string, after: number, upTo: number): Promise<AuditRow[]> {
  const rows = await knex('audit_entry').where({ tenant }).where('seq', '>', after).where('seq', '<=', upTo).orderBy('seq').limit(BATCH);
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
}

function breakAt(row: AuditRow, before: { readonly seq: number; readonly hash: string }): AuditBreak | undefined {
  const { seq } = row;
  if (seq !== before.seq + 1) return missing(before.seq + 1, `the next one is ${seq}`);
  if (!isWhole(row, seq)) {
    const place = placeOf(row);
    if (place === undefined) return { seq, problem: 'altered', text: `entry ${seq} was altered: its hash is of another content` };
    return { seq, problem: 'moved', text: `entry ${seq} was moved: it was written as entry ${place}` };
  }
  if (row.prev_hash === before.hash) return undefined;
  // The entry is as it was written, so what it followed was changed, with a hash made to fit.
  if (seq === 1) return { seq, problem: 'replaced', text: 'entry 1 was replaced: it was written after another one' };
  return { seq: before.seq, problem: 'replaced', text: `entry ${before.seq} was replaced: entry ${seq} was written after another one` };
}

const missing = (seq: number, why: string): AuditBreak => ({ seq, problem: 'missing', text: `entry ${seq} is missing: ${why}` });

/** Is this row what was written as entry `seq`? */
function isWhole(row: AuditRow, seq: number): boolean {
  try {
    return canonicalJson(JSON.parse(row.detail)) === row.detail && entryHash({ ...row, seq }) === row.hash;
  } catch {
    return false;
  }
}

function placeOf(row: AuditRow): number | undefined {
  for (let distance = 1; distance <= REACH; distance += 1) {
    for (const seq of [row.seq - distance, row.seq + distance]) if (seq > 0 && isWhole(row, seq)) return seq;
  }
  return undefined;
}

/** Entries before the first or beyond the head; asked in one statement, since others may be appending meanwhile. */
async function outside(knex: Knex, tenant: string): Promise<AuditBreak | undefined> {
  const last = knex('audit_head').where({ tenant }).select('seq');
  const found = await knex('audit_entry')
    .where({ tenant })
    .where((either) => either.where('seq', '<', 1).orWhere('seq', '>', knex.raw('coalesce(?, 0)', [last])))
    .min({ seq: 'seq' })
    .first();
  if (found?.seq === null || found?.seq === undefined) return undefined;
  const seq = Number(found.seq);
  return { seq, problem: 'added', text: `entry ${seq} was added past the log's head` };
}
