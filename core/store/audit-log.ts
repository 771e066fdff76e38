import type { Knex } from 'knex';
import { canonicalJson, contentHash } from '../api/canonical-json.js';
import type { Audit } from '../internal/outbox.js';
import type { StoreContext } from './store-context.js';

/** One entry as the table keeps it. */
export interface AuditRow {
  readonly tenant: string;
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  /** JCS text of an object. */
  readonly detail: string;
  readonly prev_hash: string;
  readonly hash: string;
}

/** What the first entry follows. */
export const BEGINNING = { seq: 0, hash: '' } as const;

/** base64url SHA-256 over the JCS form of the entry and the hash before it. Throws when `detail` is not JSON. */
export function entryHash(row: Omit<AuditRow, 'hash'>): string {
  const { tenant, seq, at, actor, action, subject } = row;
  return contentHash({ prevHash: row.prev_hash, seq, tenant, at, actor, action, subject, detail: JSON.parse(row.detail) });
}

/** The last entry's number and hash. Kept beside the log, so that cutting off its end shows. */
export async function auditHead(knex: Knex, tenant: string): Promise<{ seq: number; hash: string } | undefined> {
  const row = await knex('audit_head').where({ tenant }).first('seq', 'hash');
  return row && { seq: Number(row.seq), hash: row.hash };
}

/** Appends within the caller's transaction; its write lock makes "the last entry" one thing for all. */
export function auditOf({ tenant, clock }: StoreContext): Audit {
  const appendAll: Audit['appendAll'] = async (trx, entries) => {
    if (entries.length === 0) return;
    const head = await auditHead(trx, tenant);
    const at = clock.now().toISOString();
    let last: { readonly seq: number; readonly hash: string } = head ?? BEGINNING;
    const rows: AuditRow[] = [];
    for (const { actor, action, subject, detail = {} } of entries) {
      const row = { tenant, seq: last.seq + 1, at, actor, action, subject, detail: canonicalJson(detail), prev_hash: last.hash };
      last = { seq: row.seq, hash: entryHash(row) };
      rows.push({ ...row, hash: last.hash });
    }
    await trx('audit_entry').insert(rows);
    const { seq, hash } = last;
    if (head) await trx('audit_head').where({ tenant }).update({ seq, hash });
    else await trx('audit_head').insert({ tenant, seq, hash });
  };
  return { append: (trx, entry) => appendAll(trx, [entry]), appendAll };
}
