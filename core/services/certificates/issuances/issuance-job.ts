import { v7 as uuidv7 } from 'uuid';
import { type Clock, type Fault, isRefusal, type Job, type JobHandler, type Logger, type Refusal } from '../../../api/index.js';
import type { Audit, FieldCipher, Storage } from '../../../internal/index.js';
import type { CertificateStore, IntentRow } from '../certificate-store.js';
import type { Issuable } from '../issuable.js';
import type { Wanted } from '../issuing.js';
import type { SubjectCheck } from '../subject-check.js';
import type { Turn } from '../turns.js';
import { placeOf, type SliceData } from './accept-issuance.js';
import type { Issuance, IssuanceStore, Item } from './issuance-store.js';

export interface IssuanceJobOptions {
  readonly storage: Storage;
  readonly issuances: IssuanceStore;
  readonly store: CertificateStore;
  readonly cipher: FieldCipher;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Logger;
  readonly turn: Turn;
  readonly check: SubjectCheck;
  readonly issuable: ReadonlyMap<string, Issuable>;
  issueAll(wanted: readonly Wanted[]): Promise<readonly IntentRow[]>;
}

/** Of one record; whoever has more of them has another schema in mind. */
const MOST_FAULTS = 10;

type Json = Readonly<Record<string, unknown>>;

/**
 * Issues the records of one slice, each of which is accepted or refused on its own. Run again, it does nothing twice: every
 * record has a key of its own, and the outcomes are kept in the transaction in which the records are forgotten.
 */
export function issuanceJob(options: IssuanceJobOptions): JobHandler['handle'] {
  const { storage, issuances, cipher, log } = options;
  return async ({ data }: Job) => {
    const { issuance: id, first } = data as SliceData;
    const [issuance, encrypted] = [await issuances.find(storage.knex, id), await issuances.slice(storage.knex, id, first)];
    // Its outcome is kept.
    if (!issuance || encrypted === undefined) return;
    const records = JSON.parse(await cipher.decrypt(encrypted, placeOf(id, first))) as readonly Json[];
    const { wanted, refused } = await sorted(options, issuance, first, records);
    const intents = await options.issueAll(wanted.map(({ request }) => ({ request })));
    const issued = wanted.map(({ index }, at) => ({ index, certificateId: (intents[at] as IntentRow).id }));
    await storage.transaction((trx) => settle(options, trx, { id, first, items: [...issued, ...refused] }));
    log.debug({ stage: 'issuance.settled', issuance: id, first }, 'outcomes are kept');
  };
}

/** What of the records is to be issued, and what is refused. */
async function sorted(
  { storage, store, check, issuable, turn }: IssuanceJobOptions,
  issuance: Issuance,
  first: number,
  records: readonly Json[],
) {
  const { id, template, owner, validUntil, acceptedAt } = issuance;
  const declared = issuable.get(issuance.type);
  if (!declared)
    throw new Error(`the manifest declares no ${issuance.type}, of which issuance ${id} has records left; declare it until that is done`);
  const { type, formats } = declared;
  const keyOf = (index: number) => `issuance:${id}:${index}`;
  const earlier = await store.intentsByKey(
    storage.knex,
    records.map((_, at) => keyOf(first + at)),
  );
  const wanted: (Wanted & { readonly index: number })[] = [];
  const refused: Item[] = [];
  for (const [at, subject] of records.entries()) {
    const index = first + at;
    const key = keyOf(index);
    try {
      // What has an intent was good when that was recorded, whatever the adopter's record is by now.
      const before = earlier.get(key);
      if (!before) await check(subject, declared);
      const request = { key, id: uuidv7(), subject, type: before?.typeHash ?? type.hash, validFrom: acceptedAt, template, owner, formats };
      wanted.push({ index, request: { ...request, ...(validUntil !== undefined && { validUntil }) } });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refused.push({ index, faults: faultsOf(error) });
    }
    await turn();
  }
  return { wanted, refused };
}

type Outcomes = { readonly id: string; readonly first: number; readonly items: readonly Item[] };

/** The last slice ends the issuance, and says so. */
async function settle(
  { issuances, audit, clock, log }: IssuanceJobOptions,
  trx: Parameters<Parameters<Storage['transaction']>[0]>[0],
  { id, first, items }: Outcomes,
): Promise<void> {
  if (!(await issuances.settle(trx, id, first, items))) return;
  const { owner, records, issued, refused } = (await issuances.find(trx, id)) as Issuance;
  if (issued + refused === records) {
    await issuances.end(trx, id, clock.now().toISOString());
    await audit.append(trx, { actor: owner, action: 'issuance.done', subject: id, detail: { issued, refused } });
  }
  log.debug({ stage: 'issuance.settling', issuance: id, first }, 'keeping outcomes');
}

/** Codes and places alone: a Refusal names no value. */
function faultsOf({ code, message, errors }: Refusal): readonly Fault[] {
  return errors.length > 0 ? errors.slice(0, MOST_FAULTS) : [{ pointer: '', code, detail: message }];
}
