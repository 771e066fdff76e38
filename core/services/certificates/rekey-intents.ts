import type { Knex } from 'knex';
import type { IntentRow } from './certificate-store.js';
import { type FormKey, formKey, keyIdOf, methodsOf } from './form-keys.js';
import type { Issuing } from './issuing.js';

/**
 * Intents that were recorded before, by request key, of which no certificate has come and whose key was revoked since: nothing
 * can be sealed with it any more, so each gets the keys that are active now, with an audit entry. The others stay as they are.
 *
 * Runs in the transaction that found them. Whoever has sealed with the old key meanwhile is refused when it stores (issue.ts).
 */
export async function rekeyIntents(
  issuing: Issuing,
  trx: Knex.Transaction,
  earlier: ReadonlyMap<string, IntentRow>,
): Promise<ReadonlyMap<string, IntentRow>> {
  if (earlier.size === 0) return earlier;
  const { store, signer } = issuing;
  const rows = [...earlier.values()];
  const stored = await store.storedOf(
    trx,
    rows.map(({ id }) => id),
  );
  if (rows.every(({ id }) => stored.has(id))) return earlier;
  const revoked = new Set((await signer.keys()).filter((key) => key.revoked !== undefined).map(({ id }) => id));
  const lost = (row: IntentRow) => !stored.has(row.id) && methodsOf(row.intent).some((method) => revoked.has(keyIdOf(method)));
  const rekeyed = new Map(earlier);
  for (const [key, row] of earlier) if (lost(row)) rekeyed.set(key, await rekey(issuing, trx, row));
  return rekeyed;
}

async function rekey({ store, signer, did, forms, audit, clock, log }: Issuing, trx: Knex.Transaction, row: IntentRow): Promise<IntentRow> {
  const names = row.forms ?? forms.chosen();
  const chosen: [form: string, key: FormKey][] = [];
  for (const name of names) chosen.push([name, await formKey(signer, did, forms.format(name))]);
  const [[, primary], ...others] = chosen as [(typeof chosen)[number], ...typeof chosen];
  const { keys: _, ...recorded } = row.intent;
  const keys = others.length > 0 && { keys: Object.fromEntries(others) };
  const intent = { ...recorded, ...primary, ...keys, created: clock.now().toISOString() };
  await store.changeIntent(trx, row.id, intent);
  const detail = { type: row.typeHash, keys: [...new Set(chosen.map(([, { key }]) => key.publicKeyMultibase))], forms: names, again: true };
  await audit.append(trx, { actor: row.owner, action: 'certificate.intended', subject: row.id, detail });
  log.debug({ stage: 'certificate.rekeying', certificate: row.id }, 'the key of an intent was revoked; it gets the next one');
  return { ...row, intent };
}
