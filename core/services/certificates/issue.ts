import type { Knex } from 'knex';
import type { IssueRequest } from '../../api/index.js';
import type { IntentRow, SealedForms } from './certificate-store.js';
import { isSameKeyed } from './form-keys.js';
import type { Issuing, Replaced, Wanted } from './issuing.js';
import { recordIntents } from './record-intents.js';
import { sealForms } from './seal-forms.js';

/** Issues one certificate, as `issueAll` issues many. */
export async function issue(issuing: Issuing, request: IssueRequest, replaced?: Replaced): Promise<{ id: string; number: string }> {
  const [intent] = await issueAll(issuing, [{ request, ...(replaced && { replaced }) }]);
  return intent as IntentRow;
}

/**
 * Issues one certificate per key: records the intents, seals each in all its forms, stores the results. Where one replaces
 * another, that one is superseded in the transaction in which the new one is stored. The answers are in the order of the
 * requests, of which no two have one key; some hundred at most, since two transactions hold the write lock for all of them.
 *
 * A crash between any two steps is harmless. The intent fixes everything that the seals depend on, so that whoever comes
 * next seals the same bytes, and the certificate's primary key keeps one of them.
 */
export async function issueAll(issuing: Issuing, wanted: readonly Wanted[]): Promise<readonly IntentRow[]> {
  const { storage, store, log, turn } = issuing;
  const intended = await recordIntents(issuing, wanted);
  for (const [at, { intent }] of intended.entries()) {
    if (intent.replaces?.id !== wanted[at]?.replaced?.id)
      throw new Error(`the key of certificate ${intent.id} was used for another purpose`);
    log.debug({ stage: 'certificate.intended', certificate: intent.id }, 'intent recorded');
  }
  // Whoever finds an intent may find its certificate too.
  const found = intended.filter(({ isNew }) => !isNew).map(({ intent }) => intent.id);
  const stored = found.length > 0 ? await store.storedOf(storage.knex, found) : new Set();
  const sealed: (SealedForms & { readonly intent: IntentRow })[] = [];
  for (const { intent } of intended) {
    if (stored.has(intent.id)) continue;
    sealed.push({ id: intent.id, intent, sealed: await sealForms(issuing, intent) });
    await turn();
  }
  if (sealed.length > 0) await keep(issuing, sealed);
  return intended.map(({ intent }) => intent);
}

/**
 * Stores what was sealed, unless somebody else was quicker: sealing is repeatable, so that theirs is the same. Throws an Error
 * (INTENT_CHANGED) where the key was revoked and another process has chosen the next one: whoever tries again seals with that.
 */
async function keep(issuing: Issuing, sealed: readonly (SealedForms & { readonly intent: IntentRow })[]): Promise<void> {
  const { storage, store, audit, clock, log } = issuing;
  await storage.transaction(async (trx) => {
    const at = clock.now().toISOString();
    const recorded = await store.unstoredOf(
      trx,
      sealed.map(({ id }) => id),
    );
    const fresh = sealed.filter(({ id }) => recorded.has(id));
    const changed = fresh.find(({ id, intent }) => !isSameKeyed(intent.intent, recorded.get(id)!));
    if (changed) throw Object.assign(new Error(`the key of certificate ${changed.id} was changed meanwhile`), { code: 'INTENT_CHANGED' });
    if (fresh.length > 0) {
      await store.addCertificates(trx, fresh, at);
      await audit.appendAll(
        trx,
        fresh.map(({ id, intent, sealed }) => {
          const detail = { forms: sealed.map(({ form }) => form) };
          return { actor: intent.owner, action: 'certificate.issued', subject: id, detail };
        }),
      );
    }
    for (const { id, intent } of fresh) if (intent.replaces) await endReplaced(issuing, trx, intent.replaces, id, at);
    for (const { id } of sealed) log.debug({ stage: 'certificate.storing', certificate: id }, 'storing');
  });
  for (const { id } of sealed) log.debug({ stage: 'certificate.stored', certificate: id }, 'stored');
}

/** One that was revoked in the meantime stays revoked: that is the stronger word. */
async function endReplaced(
  { statuses, audit }: Issuing,
  trx: Knex.Transaction,
  { id, reason, actor }: Replaced,
  replacedBy: string,
  at: string,
): Promise<void> {
  if (['revoked', 'superseded'].includes((await statuses.current(trx, id)).state)) return;
  await statuses.add(trx, id, { state: 'superseded', reason, actor, at, replacedBy });
  await audit.append(trx, { actor, action: 'certificate.superseded', subject: id, detail: { reason, replacedBy } });
}
