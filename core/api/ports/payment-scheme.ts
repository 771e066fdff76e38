import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { definePort } from '../port.js';

/** Integer minor units as a string, ISO 4217 code. */
export interface Money {
  readonly amount: string;
  readonly currency: string;
}

/** What is paid for. */
export interface Purpose {
  readonly programme: string;
  readonly doseNumber: number;
  /** The facility's identifier, where the record names one. */
  readonly facility?: string;
}

export interface Quote {
  /** What is owed, more than zero; null when nothing is to be paid. */
  readonly due: Money | null;
  /** Who pays, for the record: `government`, `individual`, … */
  readonly payer: string;
}

/** One payment, as a scheme sees it. Its id names it for ever: an act asked for twice with one id happens once. */
export interface SchemePayment {
  readonly id: string;
  readonly purpose: Purpose;
  readonly due: Money;
}

/** How a payment was met, for the ledger. */
export interface Settlement {
  /** The account that took the money, below the scheme's own: `tillOf(actor)`, `vouchers`. Segments of `[a-z0-9-]`, nothing personal. */
  readonly account: string;
  /** What a person can quote: a receipt's or a voucher's number, at most 64 characters, masked where it is worth money. */
  readonly reference?: string;
}

/** An act on a payment. `input` is what the caller sent for this scheme; `actor` is who acts. */
export interface PaymentAct {
  readonly payment: SchemePayment;
  readonly input: Readonly<Record<string, unknown>>;
  readonly actor: string;
}

/**
 * What a dose costs whom, and how that is paid. The payments service owns states, ledger and idempotency; a scheme only
 * does what lies outside of it. Money never gates a medical act unless a manifest says so.
 *
 * An act may be asked for again after a crash, by the same or another caller. One that has happened is answered as it was
 * then, whatever is sent now; one that is refused (Refusal, with pointers into `input`) has changed nothing; anything else
 * that is thrown leaves open what happened, and the act is asked for again. Whoever gives `refund` gives `capture`;
 * `authorize` and `cancel` come together, and with `capture`.
 */
export interface PaymentScheme {
  /** What is owed for a purpose; writes nothing. Throws a Refusal (422) for a purpose that it does not serve. */
  quote(purpose: Purpose): Promise<Quote>;
  /** Holds the money without taking it; without it a payment is captured at once. Throws a Refusal (422) when it cannot. */
  authorize?(act: PaymentAct): Promise<void>;
  /** Takes the money, once per payment id. Absent where nothing is ever due. Throws a Refusal (422) when it cannot. */
  capture?(act: PaymentAct): Promise<Settlement>;
  /** Lets go of what was held, also when nothing was. */
  cancel?(act: PaymentAct): Promise<void>;
  /** Gives back what was captured, once per payment id; the settlement says from which account. */
  refund?(act: PaymentAct): Promise<Settlement>;
}

export const paymentScheme = definePort<PaymentScheme>('payment-scheme', 0, { methods: ['quote'] });

/** `name` as one segment of an account: itself where it can be one, else a hash. No two names give the same. */
export function accountSegment(name: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,63}$/.test(name) && !name.startsWith('h-')) return name;
  return `h-${bytesToHex(sha256(new TextEncoder().encode(name))).slice(0, 32)}`;
}

/** The account of the cash that an actor holds until it is cashed up. */
export const tillOf = (actor: string): string => `till/${accountSegment(actor)}`;
