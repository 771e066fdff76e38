import { v7 as uuidv7 } from 'uuid';
import { type DeliveryRequest, Refusal } from '../../api/index.js';
import { type Delivering, deliveryFor, queueOf } from './delivering.js';
import type { DeliveryRow } from './delivery-store.js';
import { checkRecipient, recipientFor, sealRecipient } from './recipient.js';
import { tryChannel } from './try-channel.js';

/**
 * Asks for one delivery a channel: known key → checks → instant channels → rows, jobs and audit entry in one transaction.
 *
 * Instant channels are asked before that transaction. They reach nothing outside, and give the same for the same key, so
 * that a crash between the two leaves nothing that a second request would not find; and most need no job at all.
 */
export async function requestDeliveries(delivering: Delivering, request: DeliveryRequest): Promise<readonly DeliveryRow[]> {
  const { storage, store, channels, log } = delivering;
  const earlier = await store.byKey(storage.knex, request.key);
  if (earlier.length > 0) return earlier;
  const names = [...new Set(request.channels)];
  refuseUnknown(request.channels, channels);
  checkRecipient(request.recipient);
  const requestedAt = delivering.clock.now().toISOString();
  const drafts = await Promise.all(names.map((channel, position) => draftOf(delivering, request, { channel, position, requestedAt })));
  const rows = await keep(delivering, request, drafts);
  log.debug({ stage: 'delivery.requested', certificate: request.certificateId }, 'deliveries were requested');
  return rows;
}

function refuseUnknown(names: readonly string[], channels: Delivering['channels']): void {
  const known = Object.keys(channels);
  const faults = names.flatMap((name, index) =>
    Object.hasOwn(channels, name)
      ? []
      : [
          {
            pointer: `/channels/${index}`,
            code: 'CHANNEL_UNKNOWN',
            detail: 'there is no such channel here',
            fix: `Name channels of this house: ${known.join(', ') || 'it has none'}.`,
          },
        ],
  );
  if (faults.length > 0) throw new Refusal(422, 'CHANNEL_UNKNOWN', 'A channel was named that is not here.', { errors: faults });
}

async function draftOf(
  delivering: Delivering,
  request: DeliveryRequest,
  place: Pick<DeliveryRow, 'channel' | 'position' | 'requestedAt'>,
): Promise<DeliveryRow> {
  const { channels, clock, fieldCipher, settings, tenant } = delivering;
  const { key: requestKey, certificateId, owner } = request;
  const id = uuidv7({ msecs: clock.now().getTime() });
  const provider = channels[place.channel]!;
  const recipient = recipientFor(provider, request.recipient);
  const given = { ...place, id, requestKey, certificateId, owner, failures: 0 };
  const ended = { recipient: null, code: null, links: {}, reference: null };
  const settle = (): Pick<DeliveryRow, 'changedAt' | 'dueAt'> => {
    const now = clock.now().toISOString();
    return { changedAt: now, dueAt: now };
  };
  if (!recipient) return { ...given, ...ended, state: 'skipped', ...settle() };
  const result = provider.instant ? await tryChannel(provider, deliveryFor(given, recipient), settings.instantMilliseconds) : undefined;
  if (result && result.state !== 'failed') {
    const { state, links = {}, reference = null } = result;
    return { ...given, ...ended, state, links, reference, ...settle() };
  }
  const sealed = await sealRecipient(fieldCipher, tenant, id, recipient);
  const isDead = result?.retry === 'never';
  return { ...given, ...ended, state: isDead ? 'dead' : 'waiting', recipient: sealed, code: result?.code ?? null, ...settle() };
}

/** Keeps what nobody else has kept under this key meanwhile, and gives what is kept. */
async function keep(delivering: Delivering, request: DeliveryRequest, drafts: readonly DeliveryRow[]): Promise<readonly DeliveryRow[]> {
  const { storage, store, outbox, audit, log } = delivering;
  if (drafts.length === 0) return [];
  return storage.transaction(async (trx) => {
    const earlier = await store.byKey(trx, request.key);
    if (earlier.length > 0) return earlier;
    for (const row of drafts) {
      await store.add(trx, row);
      if (row.state === 'waiting') {
        await outbox.add(trx, { queue: queueOf(row.channel), subject: row.id, data: { deliveryId: row.id } });
      }
    }
    await audit.append(trx, {
      actor: request.owner,
      action: 'delivery.requested',
      subject: request.certificateId,
      detail: { deliveries: drafts.map(({ id, channel, state }) => ({ id, channel, state })) },
    });
    log.debug({ stage: 'delivery.requesting', certificate: request.certificateId }, 'keeping deliveries');
    return drafts;
  });
}
