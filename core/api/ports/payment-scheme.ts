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
  /** What is owed; null when nothing is to be paid. */
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
  /** The account that took the money, below the scheme's own: `till/<actor>`, `vouchers`. `[a-z0-9/-]`, nothing personal. */
  readonly account: string;
  /** What a person can quote: a receipt's or a voucher's number, masked where it is worth money. */
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
 */
export interface PaymentScheme {
  quote(purpose: Purpose): Promise<Quote>;
  /** Holds the money without taking it; without it a payment is captured at once. Throws a Refusal (422) when it cannot. */
  authorize?(act: PaymentAct): Promise<void>;
  /** Takes the money, once per payment id. Absent where nothing is ever due. Throws a Refusal (422) when it cannot. */
  capture?(act: PaymentAct): Promise<Settlement>;
  /** Lets go of what was held. */
  cancel?(act: PaymentAct): Promise<void>;
  /** Gives back what was captured, once per payment id; the settlement says from which account. */
  refund?(act: PaymentAct): Promise<Settlement>;
}

export const paymentScheme = definePort<PaymentScheme>('payment-scheme', 0, { methods: ['quote'] });
