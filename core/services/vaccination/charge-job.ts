import type { Job, JobHandler, Payments } from '../../api/index.js';
import type { Storage } from '../../internal/index.js';
import { actOf } from './price.js';
import type { VaccinationStore } from './vaccination-store.js';

export const CHARGE_QUEUE = 'vaccination.charge';

export interface ChargeJobOptions {
  readonly storage: Storage;
  readonly store: VaccinationStore;
  readonly payments: Payments;
}

/** Opens the payment of a recorded dose. In a queue of its own: trouble with money keeps no certificate waiting. */
export function chargeJob({ storage, store, payments }: ChargeJobOptions): JobHandler['handle'] {
  return async ({ data }: Job) => {
    const { vaccinationId } = data as { vaccinationId: string };
    const row = await store.byId(storage.knex, vaccinationId);
    if (!row) throw new Error(`there is no vaccination ${vaccinationId}`);
    const { charge } = row.terms;
    if (charge) await payments.open({ scheme: charge.scheme, purpose: charge.purpose, act: actOf(row), owner: row.recordedBy });
  };
}
