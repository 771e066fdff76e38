import { Refusal } from '../../api/index.js';
import { type Delivering, queueOf } from './delivering.js';
import type { DeliveryRow } from './delivery-store.js';

/** Whether what the channel needs is still there: a recipient is not kept for ever. */
export function canRetry({ channels }: Pick<Delivering, 'channels'>, { channel, recipient }: DeliveryRow): boolean {
  const provider = Object.hasOwn(channels, channel) ? channels[channel] : undefined;
  return provider !== undefined && (provider.needs.length === 0 || recipient !== null);
}

/** Has a dead delivery tried again, because a person asks for it. Throws a Refusal: 404 unknown, 409 when it cannot be. */
export async function retryDelivery(delivering: Delivering, id: string, actor: string): Promise<DeliveryRow> {
  const { storage, store, outbox, audit, clock, log } = delivering;
  return storage.transaction(async (trx) => {
    const row = await store.byId(trx, id);
    if (!row) throw new Refusal(404, 'DELIVERY_UNKNOWN', 'There is no such delivery.');
    if (row.state !== 'dead') throw new Refusal(409, 'DELIVERY_NOT_DEAD', `Only a dead delivery is tried again; this one is ${row.state}.`);
    if (!canRetry(delivering, row)) {
      throw new Refusal(409, 'DELIVERY_NOT_RETRIABLE', 'Its recipient is no longer kept, or its channel is gone; request a new delivery.');
    }
    const now = clock.now().toISOString();
    const change = { state: 'waiting', failures: 0, code: null, changedAt: now, dueAt: now } as const;
    await store.change(trx, id, { states: ['dead'] }, change);
    await outbox.add(trx, { queue: queueOf(row.channel), subject: id, data: { deliveryId: id } });
    const detail = { channel: row.channel, certificate: row.certificateId, ...(row.code !== null && { code: row.code }) };
    await audit.append(trx, { actor, action: 'delivery.retried', subject: id, detail });
    log.debug({ stage: 'delivery.retrying-dead', delivery: id, channel: row.channel }, 'a dead delivery is tried again');
    return { ...row, ...change };
  });
}
