import type { Receipt } from '../../api/index.js';
import { type Delivering, requestKeyOf } from './delivering.js';

/** Keeps what the carrier of `channel` says later of a delivery. Heard twice, it changes nothing the second time. */
export async function keepReceipt(delivering: Delivering, channel: string, { key, state, code }: Receipt): Promise<void> {
  const { storage, store, audit, clock, log } = delivering;
  const requestKey = requestKeyOf(key, channel);
  await storage.transaction(async (trx) => {
    const rows = requestKey === undefined ? [] : await store.byKey(trx, requestKey);
    const row = rows.find((each) => each.channel === channel);
    if (!row) {
      // Nobody here has asked for it: the channel is used by others too, or had its memory from elsewhere.
      log.debug({ stage: 'delivery.receipt-unknown', channel }, 'a receipt came for a delivery that is not known here');
      return;
    }
    const changedAt = clock.now().toISOString();
    const entry = { actor: 'house', subject: row.id };
    const detail = { channel, certificate: row.certificateId };
    if (state === 'delivered') {
      // It may come before we know that it was accepted, and after a bounce of one of several copies.
      const isNew = await store.change(
        trx,
        row.id,
        { states: ['waiting', 'accepted', 'dead'] },
        { state, code: null, recipient: null, changedAt },
      );
      if (isNew) await audit.append(trx, { ...entry, action: 'delivery.delivered', detail });
      return;
    }
    const why = code !== undefined && /^[A-Z][A-Z0-9_]{1,63}$/.test(code) ? code : 'CARRIER_FAILED';
    // The recipient is forgotten by now, so that only a new request can go to another address.
    if (await store.change(trx, row.id, { states: ['waiting', 'accepted'] }, { state: 'dead', code: why, changedAt }))
      await audit.append(trx, { ...entry, action: 'delivery.failed', detail: { ...detail, code: why } });
  });
}
