import { definePort } from '../port.js';

/** Integer minor units as a string, ISO 4217 code. */
export interface Money {
  readonly amount: string;
  readonly currency: string;
}

export interface Quote {
  /** What the person owes; null when nothing is to be paid. */
  readonly due: Money | null;
  /** Who pays, for the record: `government`, `individual`, … */
  readonly payer: string;
}

export interface PaymentScheme {
  quote(purpose: { readonly programme: string; readonly doseNumber: number }): Promise<Quote>;
}

/** What a dose costs whom. Money never gates a medical act unless a manifest says so. */
export const paymentScheme = definePort<PaymentScheme>('payment-scheme', 0);
