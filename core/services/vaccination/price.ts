import { contentHash, type Payments, type Purpose, type Quote, Refusal, type VaccinationInput, valueAt } from '../../api/index.js';
import type { Programme } from './programmes.js';
import type { Dose } from './vaccination-store.js';

export interface Price {
  readonly payer: string;
  /** Set where a payment is to be opened after the dose was recorded: the ordinary case, in which money gates nothing. */
  readonly charge?: { readonly scheme: string; readonly purpose: Purpose };
  /** The payment that was used, in a programme that takes money first. */
  readonly paid?: string;
}

/** Names a dose to the payments service, without saying whose it is. */
export const actOf = ({ programme, personKey, doseNumber }: Dose): string => `dose:${contentHash([programme, personKey, doseNumber])}`;

/**
 * What the dose costs whom. Where the programme takes money first, uses the payment that was sent for this very dose.
 * Throws a Refusal (422) when it is missing or does not pay for this dose.
 */
export async function settlePrice(payments: Payments, programme: Programme, dose: Dose, input: VaccinationInput): Promise<Price> {
  const facility = valueAt(input.record, ['facility', 'identifier']);
  const purpose: Purpose = {
    programme: programme.name,
    doseNumber: dose.doseNumber,
    ...(typeof facility === 'string' && { facility }),
  };
  const scheme = programme.payment;
  const { due, payer } = await payments.quote(scheme, purpose);
  if (due === null) return { payer };
  if (!programme.paymentFirst) return { payer, charge: { scheme, purpose } };
  if (input.payment === undefined) throw paymentMissing({ due, payer });
  await payments.use(input.payment, { scheme, purpose, act: actOf(dose) });
  return { payer, paid: input.payment };
}

function paymentMissing({ due }: Quote): Refusal {
  const price = due && `${due.amount} minor units of ${due.currency}`;
  return new Refusal(422, 'PAYMENT_REQUIRED', `This programme takes ${price} before the dose is recorded.`, {
    errors: [
      {
        pointer: '/payment',
        code: 'PAYMENT_REQUIRED',
        detail: 'the id of a captured payment is required',
        fix: 'Open one with POST /v1/payments, have it captured, and send its id.',
      },
    ],
  });
}
