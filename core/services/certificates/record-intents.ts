import type { Knex } from 'knex';
import { Refusal } from '../../api/index.js';
import { newCertificateNumber } from './certificate-number.js';
import type { IntentRow } from './certificate-store.js';
import { type FormKey, formKey } from './form-keys.js';
import type { Issuing, Wanted } from './issuing.js';
import { rekeyIntents } from './rekey-intents.js';

export interface Intended {
  readonly intent: IntentRow;
  /** False when it had been recorded before: then there may be a certificate as well. */
  readonly isNew: boolean;
}

/** The forms of a request, each with the key that will sign it; the primary one first. */
type FormKeys = readonly (readonly [form: string, key: FormKey])[];

/**
 * The intents of these requests, in their order: those recorded before under their keys, or new ones, in one transaction
 * with their audit entries. No two of the requests have one key.
 */
export async function recordIntents(issuing: Issuing, wanted: readonly Wanted[]): Promise<readonly Intended[]> {
  const { storage, store, audit, log } = issuing;
  const formKeys = await formKeysOf(issuing, wanted);
  return storage.transaction(async (trx) => {
    const found = await store.intentsByKey(
      trx,
      wanted.map(({ request }) => request.key),
    );
    const earlier = await rekeyIntents(issuing, trx, found);
    const missing = wanted.filter(({ request }) => !earlier.has(request.key));
    for (const { replaced } of missing) if (replaced) await assertReplaceable(issuing, trx, replaced.id);
    const made = await newIntents(issuing, trx, missing, formKeys);
    if (made.size > 0) {
      await store.addIntents(trx, [...made]);
      await audit.appendAll(
        trx,
        missing.map(({ request, replaced }) => {
          const chosen = formKeys(request.formats);
          const keys = [...new Set(chosen.map(([, { key }]) => key.publicKeyMultibase))];
          const forms = chosen.map(([form]) => form);
          const detail = { type: request.type, keys, forms, ...(replaced && { replaces: replaced.id }) };
          return { actor: request.owner, action: 'certificate.intended', subject: request.id, detail };
        }),
      );
    }
    for (const { id } of made.values()) log.debug({ stage: 'certificate.intending', certificate: id }, 'recording the intent');
    return wanted.map(({ request: { key } }) => {
      const before = earlier.get(key);
      return { intent: before ?? (made.get(key) as IntentRow), isNew: before === undefined };
    });
  });
}

/** Asks the signer once for each choice of forms. */
async function formKeysOf({ signer, did, forms }: Issuing, wanted: readonly Wanted[]): Promise<(formats?: readonly string[]) => FormKeys> {
  const nameOf = (formats?: readonly string[]) => forms.chosen(formats).join('\n');
  const known = new Map<string, FormKeys>();
  for (const { request } of wanted) {
    const names = forms.chosen(request.formats);
    if (known.has(nameOf(request.formats))) continue;
    const keys = await Promise.all(names.map(async (name) => [name, await formKey(signer, did, forms.format(name))] as const));
    known.set(nameOf(request.formats), keys);
  }
  return (formats) => known.get(nameOf(formats)) as FormKeys;
}

/** By the keys of their requests. */
async function newIntents(
  issuing: Issuing,
  trx: Knex.Transaction,
  wanted: readonly Wanted[],
  formKeys: (formats?: readonly string[]) => FormKeys,
): Promise<ReadonlyMap<string, IntentRow>> {
  const { clock, did, forms, lists } = issuing;
  const numbers = await newNumbers(issuing, trx, wanted.length);
  const placing = wanted.flatMap(({ request: { id, formats } }) => {
    const chosen = forms.chosen(formats);
    const writing = chosen.filter((name) => forms.format(name).writesStatus);
    return writing.length > 0 ? [{ id, inEveryForm: writing.length === chosen.length }] : [];
  });
  // Where their status will stand, if any of their forms can say so.
  const places = await lists?.allocate(trx, placing);
  const created = clock.now().toISOString();
  const intents = wanted.map(({ request, replaced }, at): [string, IntentRow] => {
    const [[primaryForm, primary], ...others] = formKeys(request.formats) as [FormKeys[number], ...FormKeys];
    const status = places?.get(request.id);
    const row: IntentRow = {
      id: request.id,
      number: numbers[at] as string,
      template: request.template,
      owner: request.owner,
      typeHash: request.type,
      forms: [primaryForm, ...others.map(([form]) => form)],
      ...(replaced && { replaces: { id: replaced.id, reason: replaced.reason, actor: replaced.actor } }),
      intent: {
        id: `urn:uuid:${request.id}`,
        issuer: did,
        validFrom: request.validFrom,
        ...(request.validUntil !== undefined && { validUntil: request.validUntil }),
        created,
        ...primary,
        ...(others.length > 0 && { keys: Object.fromEntries(others) }),
        ...(status && { status }),
        subject: request.subject,
      },
    };
    return [request.key, row];
  });
  return new Map(intents);
}

/** So many numbers that nobody has. */
async function newNumbers({ store }: Issuing, trx: Knex.Transaction, count: number): Promise<readonly string[]> {
  const numbers = new Set<string>();
  while (numbers.size < count) {
    const tried = Array.from({ length: count - numbers.size }, newCertificateNumber);
    const taken = await store.takenNumbers(trx, tried);
    for (const number of tried) if (!taken.has(number)) numbers.add(number);
  }
  return [...numbers];
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
