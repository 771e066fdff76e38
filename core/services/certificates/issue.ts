import type { Knex } from 'knex';
import { type Clock, type Ending, type IssueRequest, Refusal } from '../../api/index.js';
import type { Audit, Storage } from '../../internal/index.js';
import { newCertificateNumber } from './certificate-number.js';
import type { CertificateStore, IntentRow } from './certificate-store.js';
import { formKey } from './form-keys.js';
import { type Sealing, sealForms } from './seal-forms.js';
import type { StatusLists } from './status-lists.js';
import type { StatusStore } from './status-store.js';

export interface Issuing extends Sealing {
  readonly did: string;
  readonly storage: Storage;
  readonly store: CertificateStore;
  readonly statuses: StatusStore;
  /** Absent where certificates say nothing of lists. */
  readonly lists?: StatusLists | undefined;
  readonly audit: Audit;
  readonly clock: Clock;
}

/** What a new certificate takes the place of. */
export type Replaced = Ending & { readonly id: string };

/**
 * Issues one certificate per key: records the intent, seals it in all its forms, stores the result. Where it replaces
 * another one, that one is superseded in the transaction in which the new one is stored.
 *
 * A crash between any two steps is harmless. The intent fixes everything that the seals depend on, so that whoever comes
 * next seals the same bytes, and the certificate's primary key keeps one of them.
 */
export async function issue(issuing: Issuing, request: IssueRequest, replaced?: Replaced): Promise<{ id: string; number: string }> {
  const { storage, store, audit, clock, log } = issuing;
  const { intent, isNew } = await recordIntent(issuing, request, replaced);
  // Whoever finds an intent may find its certificate too.
  if (!isNew && (await store.hasCertificate(storage.knex, intent.id))) return intent;
  const sealed = await sealForms(issuing, intent);
  await storage.transaction(async (trx) => {
    const at = clock.now().toISOString();
    if (await store.addCertificate(trx, intent.id, sealed, at)) {
      const detail = { forms: sealed.map(({ form }) => form) };
      await audit.append(trx, { actor: intent.owner, action: 'certificate.issued', subject: intent.id, detail });
      if (intent.replaces) await endReplaced(issuing, trx, intent.replaces, intent.id, at);
    }
    log.debug({ stage: 'certificate.storing', certificate: intent.id }, 'storing');
  });
  log.debug({ stage: 'certificate.stored', certificate: intent.id }, 'stored');
  return intent;
}

/** The intent of this key: the one recorded before, or a new one, in one transaction with its audit entry. */
async function recordIntent(issuing: Issuing, request: IssueRequest, replaced?: Replaced): Promise<{ intent: IntentRow; isNew: boolean }> {
  const { storage, store, audit, signer, clock, log, did, forms } = issuing;
  const names = forms.chosen(request.formats);
  const chosen = await Promise.all(names.map(async (name) => [name, await formKey(signer, did, forms.format(name))] as const));
  const [[, primary], ...others] = chosen as [(typeof chosen)[number], ...typeof chosen];
  const recorded = await storage.transaction(async (trx) => {
    const earlier = await store.intentByKey(trx, request.key);
    if (earlier) return { intent: earlier, isNew: false };
    if (replaced) await assertReplaceable(issuing, trx, replaced.id);
    let number = newCertificateNumber();
    while (await store.isNumberTaken(trx, number)) number = newCertificateNumber();
    const status = await placeIn(issuing, trx, request.id, names);
    const made: IntentRow = {
      id: request.id,
      number,
      template: request.template,
      owner: request.owner,
      typeHash: request.type,
      forms: names,
      ...(replaced && { replaces: { id: replaced.id, reason: replaced.reason, actor: replaced.actor } }),
      intent: {
        id: `urn:uuid:${request.id}`,
        issuer: did,
        validFrom: request.validFrom,
        ...(request.validUntil !== undefined && { validUntil: request.validUntil }),
        created: clock.now().toISOString(),
        ...primary,
        ...(others.length > 0 && { keys: Object.fromEntries(others) }),
        ...(status && { status }),
        subject: request.subject,
      },
    };
    await store.addIntent(trx, request.key, made);
    const keys = [...new Set(chosen.map(([, { key }]) => key.publicKeyMultibase))];
    const detail = { type: request.type, keys, forms: names, ...(replaced && { replaces: replaced.id }) };
    await audit.append(trx, { actor: request.owner, action: 'certificate.intended', subject: made.id, detail });
    log.debug({ stage: 'certificate.intending', certificate: made.id }, 'recording the intent');
    return { intent: made, isNew: true };
  });
  if (recorded.intent.replaces?.id !== replaced?.id)
    throw new Error(`the key of certificate ${recorded.intent.id} was used for another purpose`);
  log.debug({ stage: 'certificate.intended', certificate: recorded.intent.id }, 'intent recorded');
  return recorded;
}

/** Where its status will stand, if any of its forms can say so. */
async function placeIn({ lists, forms }: Issuing, trx: Knex.Transaction, id: string, names: readonly string[]) {
  const writing = names.filter((name) => forms.format(name).writesStatus);
  return lists && writing.length > 0 ? lists.allocate(trx, id, writing.length === names.length) : undefined;
}

async function assertReplaceable({ store, statuses }: Issuing, trx: Knex.Transaction, id: string): Promise<void> {
  if (!(await store.hasCertificate(trx, id))) throw new Refusal(404, 'CERTIFICATE_UNKNOWN', 'There is no such certificate.');
  const { state } = await statuses.current(trx, id);
  if (state === 'revoked')
    throw new Refusal(409, 'CERTIFICATE_REVOKED', 'The certificate has been revoked, so that nothing takes its place.');
  // A new certificate would undo the suspension.
  if (state === 'suspended')
    throw new Refusal(409, 'CERTIFICATE_SUSPENDED', 'The certificate is suspended; reinstate it before it is replaced.');
  if (state === 'superseded' || (await store.intentReplacing(trx, id))) {
    throw new Refusal(409, 'CERTIFICATE_SUPERSEDED', 'Another certificate has taken the place of this one; replace that one.');
  }
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
