import type { Knex } from 'knex';
import { canonicalJson, type HouseEvent } from '../../api/index.js';
import type { ReadableLog } from '../../verifier/transparency/log-audit.js';
import { type LogOpening, recordOf } from '../../verifier/transparency/log-entry.js';
import { type LogProof, logProofText } from '../../verifier/transparency/log-proof.js';
import { inclusionProof } from '../../verifier/transparency/merkle-tree.js';
import { LogStore } from './log-store.js';

export interface ProvedEntry {
  readonly index: number;
  readonly type: string;
  readonly time: string;
  /** In the form of c2sp.org/tlog-proof, with the opening as its extra data. */
  readonly proof: string;
}

/** Proofs of all that the log says of one certificate, under the newest checkpoint; entries that came after it have none yet. */
export async function proveCertificate(db: Knex, tenant: string, certificate: string): Promise<readonly ProvedEntry[]> {
  const store = new LogStore(tenant);
  const last = await store.checkpoint(db);
  if (!last) return [];
  const proved: ProvedEntry[] = [];
  for (const { index, opening } of await store.entriesOf(db, certificate)) {
    if (index >= last.size) continue;
    const path = await inclusionProof(index, last.size, store.hashAt(db));
    const proof: LogProof = { extra: new TextEncoder().encode(opening), index, path, checkpoint: last.note };
    const { type, time } = JSON.parse(opening) as LogOpening;
    proved.push({ index, type, time, proof: logProofText(proof) });
  }
  return proved;
}

/** The log as its own database has it. */
export function storedLog(db: Knex, tenant: string): ReadableLog {
  const store = new LogStore(tenant);
  return {
    checkpoint: async () => (await store.checkpoint(db))?.note ?? '',
    entries: async (from, count) => (await store.entries(db, from, count)).map(({ record }) => new TextEncoder().encode(record)),
  };
}

export interface OwnFault {
  readonly index: number;
  readonly code: 'OPENING_DIFFERS' | 'EVENT_DIFFERS' | 'EVENT_MISSING';
}

/**
 * Compares the log with the house's own events: each certificate's event is one entry, in their order, and says the same.
 * `readEvents` gives the events after a position. Undefined when they agree.
 */
export async function compareWithEvents(
  db: Knex,
  tenant: string,
  readEvents: (after: number, limit: number) => Promise<{ readonly events: readonly HouseEvent[]; readonly position: number }>,
): Promise<OwnFault | undefined> {
  const store = new LogStore(tenant);
  const head = await store.head(db);
  let [index, position] = [0, 0];
  while (position < head.position) {
    const read = await readEvents(position, Math.min(200, head.position - position));
    if (read.position === position) break;
    position = read.position;
    const events = read.events.filter(({ type }) => type.startsWith('divoc.certificate.'));
    const entries = await store.entries(db, index, events.length);
    for (const [at, event] of events.entries()) {
      const entry = entries[at];
      if (!entry) return { index: index + at, code: 'EVENT_MISSING' };
      const opening = JSON.parse(entry.opening) as LogOpening;
      if (canonicalJson(recordOf(opening)) !== entry.record) return { index: entry.index, code: 'OPENING_DIFFERS' };
      const { type, subject, time, data } = opening;
      if (canonicalJson([type, subject, time, data]) !== canonicalJson([event.type, event.subject, event.time, event.data]))
        return { index: entry.index, code: 'EVENT_DIFFERS' };
    }
    index += events.length;
  }
  return index === head.size ? undefined : { index, code: 'EVENT_MISSING' };
}
