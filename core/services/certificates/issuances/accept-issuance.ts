import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { type Clock, canonicalJson, contentHash, type Logger, Refusal } from '../../../api/index.js';
import type { Audit, FieldCipher, Outbox, Storage } from '../../../internal/index.js';
import type { Choice } from '../issue-choices.js';
import type { Turn } from '../turns.js';
import type { Issuance, IssuanceStore, Slice } from './issuance-store.js';

export const ISSUANCE_QUEUE = 'certificates.issuance';

/** Records of one job, which are two transactions: each holds the write lock for some 20 ms. */
export const SLICE_RECORDS = 50;

export interface Accepting {
  readonly storage: Storage;
  readonly issuances: IssuanceStore;
  readonly outbox: Outbox;
  readonly audit: Audit;
  readonly cipher: FieldCipher;
  readonly clock: Clock;
  readonly log: Logger;
  readonly turn: Turn;
}

type Json = Readonly<Record<string, unknown>>;

/** What was posted. */
export interface Posted extends Choice {
  readonly records: readonly Json[];
  readonly owner: string;
  /** The Idempotency-Key; without one the content is its own key. */
  readonly key?: string;
}

/** What a job of an issuance carries: no record. */
export interface SliceData {
  readonly issuance: string;
  readonly first: number;
}

/**
 * Takes records that are to be issued: they, the jobs that issue them and an audit entry are one transaction. What was
 * posted before under the same key is answered as it stands by now, however long ago that was.
 *
 * Throws a Refusal (422 IDEMPOTENCY_KEY_REUSED) for other content under a key that was used.
 */
export async function acceptIssuance(accepting: Accepting, posted: Posted): Promise<{ issuance: Issuance; isNew: boolean }> {
  const { storage, issuances, outbox, audit, clock, log, turn } = accepting;
  const { type, template, validUntil, owner } = posted;
  const content = await contentOf(posted, turn);
  const requestKey = contentHash([owner, posted.key === undefined ? 'content' : 'key', posted.key ?? content]);
  const issuance: Issuance = {
    id: uuidv7(),
    content,
    owner,
    type,
    template,
    ...(validUntil !== undefined && { validUntil }),
    acceptedAt: clock.now().toISOString(),
    records: posted.records.length,
    issued: 0,
    refused: 0,
  };
  const { id } = issuance;
  const slices = await slicesOf(accepting, id, posted.records);
  const kept = await storage.transaction(async (trx) => {
    const earlier = await issuances.byRequestKey(trx, requestKey);
    if (earlier) return earlier;
    await issuances.add(trx, requestKey, issuance, slices);
    for (const { first } of slices) {
      const data: SliceData = { issuance: id, first };
      await outbox.add(trx, { queue: ISSUANCE_QUEUE, subject: id, data });
    }
    await audit.append(trx, { actor: owner, action: 'issuance.accepted', subject: id, detail: { records: issuance.records } });
    log.debug({ stage: 'issuance.accepting', issuance: id }, 'taking records to issue');
    return issuance;
  });
  if (kept.content !== content) throw keyReused();
  log.debug({ stage: 'issuance.accepted', issuance: kept.id }, 'records were taken');
  return { issuance: kept, isNew: kept.id === id };
}

/** SHA-256 over the JCS forms of the records, and of what holds for all of them; a template is of one type alone. */
async function contentOf({ records, template, validUntil }: Posted, turn: Turn): Promise<string> {
  const hash = createHash('sha256').update(canonicalJson([template, validUntil ?? null]));
  for (const record of records) {
    hash.update('\n').update(canonicalJson(record));
    await turn();
  }
  return hash.digest('base64url');
}

async function slicesOf({ cipher, turn }: Accepting, issuance: string, records: readonly Json[]): Promise<readonly Slice[]> {
  const slices: Slice[] = [];
  for (let first = 0; first < records.length; first += SLICE_RECORDS) {
    const text = JSON.stringify(records.slice(first, first + SLICE_RECORDS));
    slices.push({ first, records: await cipher.encrypt(text, placeOf(issuance, first)) });
    await turn();
  }
  return slices;
}

/** Where the records of a slice stand encrypted. */
export const placeOf = (issuance: string, first: number): string => `certificates/issuance/${issuance}/${first}`;

const keyReused = (): Refusal =>
  new Refusal(422, 'IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used before, for other records; send a new one.');
