import type { Knex } from 'knex';
import { v7 as uuidv7 } from 'uuid';
import { type Money, Refusal } from '../../api/index.js';
import type { Acting } from './act-on-payment.js';

export interface CashUp {
  readonly id: string;
  readonly scheme: string;
  readonly actor: string;
  /** What the till should have held, by the ledger. */
  readonly expected: Money;
  readonly counted: Money;
  /** RFC 3339, UTC. */
  readonly at: string;
}

export const tillOf = (scheme: string, actor: string): string => `${scheme}/till/${actor}`;

/**
 * Empties a clerk's till into the safe, and books what was short or over. Afterwards the till holds nothing, so that no
 * money is cashed up twice. Throws a Refusal (422) for a till that holds nothing of that currency.
 */
export async function cashUp(
  { storage, ledger, audit, clock }: Acting,
  tenant: string,
  { scheme, actor, counted }: { readonly scheme: string; readonly actor: string; readonly counted: Money },
): Promise<CashUp> {
  const id = uuidv7();
  const at = clock.now().toISOString();
  const { currency } = counted;
  return storage.transaction(async (trx) => {
    const till = tillOf(scheme, actor);
    const held = (await ledger.balances(trx, till)).get(currency) ?? 0n;
    if (held === 0n) {
      throw new Refusal(422, 'TILL_EMPTY', `Your till of ${scheme} holds nothing in ${currency}: there is nothing to cash up.`);
    }
    const found = BigInt(counted.amount);
    await trx('cash_up').insert({ tenant, id, scheme, actor, currency, expected: held.toString(), counted: counted.amount, at });
    await ledger.post(trx, {
      kind: 'till.cashed-up',
      subject: id,
      at,
      lines: [
        { account: till, currency, amount: -held },
        { account: `safe/${scheme}`, currency, amount: found },
        { account: `cash-difference/${scheme}`, currency, amount: held - found },
      ],
    });
    await audit.append(trx, { actor, action: 'till.cashed-up', subject: id, detail: { scheme } });
    return { id, scheme, actor, expected: { amount: held.toString(), currency }, counted, at };
  });
}

export async function findCashUp(db: Knex, tenant: string, id: string): Promise<CashUp | undefined> {
  const row = await db('cash_up').where({ tenant, id }).first<Record<string, string> | undefined>();
  if (!row) return undefined;
  const currency = String(row.currency);
  return {
    id,
    scheme: String(row.scheme),
    actor: String(row.actor),
    expected: { amount: String(row.expected), currency },
    counted: { amount: String(row.counted), currency },
    at: String(row.at),
  };
}
