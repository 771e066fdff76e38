import { type Fault, isMoney, type Money, Refusal } from '@divoc/core/api';

/** Paper receipt books are numbered so; anything freer would sooner or later hold a name. */
const PAPER_NUMBER = /^[A-Za-z0-9][A-Za-z0-9/-]{0,31}$/;
const MOST_FAULTS = 20;

/** The number of the paper receipt, if one is sent. Throws a Refusal (422) for what is no money, or not enough. */
export function readCapture(input: Readonly<Record<string, unknown>>, due: Money): string | undefined {
  const { received, paperReceipt, ...others } = input;
  const faults: Fault[] = Object.keys(others).slice(0, MOST_FAULTS).map(unknownMember);
  if (received !== undefined) faults.push(...moneyFaults(received, due));
  if (paperReceipt !== undefined && !(typeof paperReceipt === 'string' && PAPER_NUMBER.test(paperReceipt))) {
    faults.push({
      pointer: '/paperReceipt',
      code: 'FIELD_WRONG_FORMAT',
      detail: 'must be a number of 1 to 32 letters, digits, hyphens and slashes',
      fix: 'Send the number that is printed on the paper receipt.',
    });
  }
  if (faults.length > 0) throw invalid(faults, 'This scheme takes what was received and the number of a paper receipt, or nothing at all.');
  return paperReceipt as string | undefined;
}

/** Throws a Refusal (422) when anything is sent. */
export function readNothing(input: Readonly<Record<string, unknown>>): void {
  const faults = Object.keys(input).slice(0, MOST_FAULTS).map(unknownMember);
  if (faults.length > 0) throw invalid(faults, 'A refund at the counter takes no input.');
}

function moneyFaults(received: unknown, due: Money): Fault[] {
  const at = (pointer: string, code: string, detail: string, fix: string): Fault[] => [{ pointer, code, detail, fix }];
  if (!isMoney(received)) {
    return at('/received', 'FIELD_WRONG_FORMAT', 'is no amount of money', 'Send integer minor units and a currency of ISO 4217.');
  }
  if (received.currency !== due.currency) {
    return at(
      '/received/currency',
      'CURRENCY_DIFFERS',
      'the fee is due in another currency',
      'Take the fee in the currency in which it is due.',
    );
  }
  if (BigInt(received.amount) >= BigInt(due.amount)) return [];
  return at('/received/amount', 'FEE_NOT_COVERED', 'less was received than is due', 'Take the whole fee; more is given back as change.');
}

const invalid = (errors: Fault[], detail: string): Refusal => new Refusal(422, 'COUNTER_INPUT_INVALID', detail, { errors });

/** A member's name comes from the sender, who may have mistaken it for the value: only plain ones are shown. */
function unknownMember(name: string): Fault {
  const isPlain = /^[A-Za-z][A-Za-z0-9_-]{0,31}$/.test(name);
  const detail = isPlain ? 'there is no such member' : 'a member has a name that is not known here';
  return { pointer: isPlain ? `/${name}` : '', code: 'FIELD_UNKNOWN', detail, fix: 'Send { "received"?, "paperReceipt"? }.' };
}
