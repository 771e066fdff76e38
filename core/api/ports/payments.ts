import { definePort } from '../port.js';
import type { Money, Purpose, Quote } from './payment-scheme.js';

export type PaymentState = 'due' | 'authorized' | 'captured' | 'cancelled' | 'refunded';

export interface Payment {
  readonly id: string;
  /** Instance name of the scheme. */
  readonly scheme: string;
  readonly purpose: Purpose;
  readonly due: Money;
  readonly state: PaymentState;
  /** The act that it pays for, once there is one. */
  readonly act?: string;
}

/** Payments, provided by the payments service. */
export interface Payments {
  /** What the scheme asks for; nothing is written. */
  quote(scheme: string, purpose: Purpose): Promise<Quote>;
  /** Opens the payment of `act`, once per act; undefined when nothing is due. */
  open(request: {
    readonly scheme: string;
    readonly purpose: Purpose;
    readonly act: string;
    readonly owner: string;
  }): Promise<Payment | undefined>;
  /**
   * Uses a captured payment for `act`, exactly once: the same act again is answered alike. Throws a Refusal (422) for one
   * that is unknown, not captured, of another scheme or purpose, or used for another act.
   */
  use(id: string, use: { readonly scheme: string; readonly purpose: Purpose; readonly act: string }): Promise<Payment>;
  ofAct(act: string): Promise<Payment | undefined>;
}

export const payments = definePort<Payments>('payments', 0, { methods: ['quote', 'open', 'use', 'ofAct'] });
