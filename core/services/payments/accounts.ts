import { accountSegment, type Money, type Purpose, type Settlement } from '../../api/index.js';
import type { LedgerLine } from './ledger.js';

/** Where cash goes when it is cashed up, and what was found too much or too little then. */
export const SAFE = 'safe';
export const CASH_DIFFERENCE = 'cash-difference';

interface Billed {
  readonly scheme: string;
  readonly purpose: Purpose;
  readonly due: Money;
}

const receivable = (scheme: string): string => `receivable/${scheme}`;
const income = ({ programme }: Purpose): string => `income/${accountSegment(programme)}`;
export const schemeAccount = (scheme: string, account: string): string => `${scheme}/${account}`;

function move(money: Money, to: string, from: string): LedgerLine[] {
  const { currency } = money;
  const amount = BigInt(money.amount);
  return [
    { account: to, currency, amount },
    { account: from, currency, amount: -amount },
  ];
}

/** Debit what is owed to us, credit the programme's income. */
export const opened = ({ scheme, purpose, due }: Billed): LedgerLine[] => move(due, receivable(scheme), income(purpose));
/** Debit the account that took the money; nothing is owed any more. */
export const captured = ({ scheme, due }: Billed, { account }: Settlement): LedgerLine[] =>
  move(due, schemeAccount(scheme, account), receivable(scheme));
/** The reverse of opening. */
export const cancelled = ({ scheme, purpose, due }: Billed): LedgerLine[] => move(due, income(purpose), receivable(scheme));
/** The money leaves the account that gives it back, and the programme's income. */
export const refunded = ({ scheme, purpose, due }: Billed, { account }: Settlement): LedgerLine[] =>
  move(due, income(purpose), schemeAccount(scheme, account));

/** The till is emptied: what was counted goes to the safe, and the rest is the difference (a debit where cash is short). */
export function cashedUp(till: string, currency: string, expected: bigint, counted: bigint): LedgerLine[] {
  const lines: LedgerLine[] = [
    { account: SAFE, currency, amount: counted },
    { account: till, currency, amount: -expected },
    { account: CASH_DIFFERENCE, currency, amount: expected - counted },
  ];
  return lines.filter(({ amount }) => amount !== 0n);
}
