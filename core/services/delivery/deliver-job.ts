import type { DeliveryResult, Job, JobHandler } from '../../api/index.js';
import { type Delivering, deliveryFor, queueOf } from './delivering.js';
import type { DeliveryRow } from './delivery-store.js';
import { pauseAfter } from './pause.js';
import { openRecipient } from './recipient.js';
import { tryChannel } from './try-channel.js';

type Again = { readonly againInSeconds: number };

/** Tries one queued delivery. How it went is data, and never a failure of the job. Run again, it delivers nothing twice. */
export function deliverJob(delivering: Delivering): JobHandler {
  const { storage, store, channels, clock, log } = delivering;
  return {
    queues: Object.keys(channels).map(queueOf),
    async handle({ data }: Job) {
      const { deliveryId } = data as { deliveryId: string };
      const row = await store.byId(storage.knex, deliveryId);
      if (row?.state !== 'waiting') return;
      // A delivery may have got a second job; neither of them comes early.
      const seconds = (Date.parse(row.dueAt) - clock.now().getTime()) / 1000;
      if (seconds > 0) return { againInSeconds: seconds };
      const fields = { delivery: row.id, channel: row.channel };
      log.debug({ stage: 'delivery.trying', ...fields }, 'trying a delivery');
      const result = await tryOnce(delivering, row);
      log.debug({ stage: 'delivery.tried', ...fields, state: result.state }, 'a delivery was tried');
      const again = await record(delivering, row, result);
      log.debug({ stage: 'delivery.recorded', ...fields }, 'how a delivery went is recorded');
      return again;
    },
  };
}

async function tryOnce({ channels, fieldCipher, settings, tenant }: Delivering, row: DeliveryRow): Promise<DeliveryResult> {
  const channel = channels[row.channel]!;
  try {
    const recipient = await openRecipient(fieldCipher, tenant, row.id, row.recipient);
    return await tryChannel(channel, deliveryFor(row, recipient), settings.deadlineSeconds * 1000);
  } catch {
    // The key is not the one of then: a person may bring it back, so it is worth waiting.
    return { state: 'failed', code: 'RECIPIENT_UNREADABLE', retry: 'later' };
  }
}

async function record(delivering: Delivering, row: DeliveryRow, result: DeliveryResult): Promise<Again | undefined> {
  const { storage, store, audit, clock, settings, log } = delivering;
  const failures = row.failures + 1;
  const pause = result.state === 'failed' ? pauseAfter(result.retry, failures, settings) : undefined;
  const now = clock.now();
  const changedAt = now.toISOString();
  const entry = { actor: 'house', subject: row.id };
  await storage.transaction(async (trx) => {
    log.debug({ stage: 'delivery.recording', delivery: row.id, channel: row.channel }, 'recording how a delivery went');
    if (result.state !== 'failed') {
      const { state, links = {}, reference = null } = result;
      const change = { state, links, reference, code: null, recipient: null, changedAt };
      // Whatever other tries have said meanwhile: it has been accepted.
      if (!(await store.change(trx, row.id, { states: ['waiting', 'dead'] }, change))) return;
      await audit.append(trx, { ...entry, action: `delivery.${state}`, detail: detailOf(row, reference) });
      return;
    }
    const seen = { states: ['waiting' as const], failures: row.failures };
    if (pause !== undefined) {
      const dueAt = new Date(now.getTime() + pause * 1000).toISOString();
      await store.change(trx, row.id, seen, { failures, code: result.code, changedAt, dueAt });
    } else if (await store.change(trx, row.id, seen, { state: 'dead', failures, code: result.code, changedAt })) {
      await audit.append(trx, { ...entry, action: 'delivery.given-up', detail: { ...detailOf(row, null), code: result.code } });
    }
  });
  if (result.state !== 'failed') return undefined;
  const fields = { delivery: row.id, channel: row.channel, code: result.code, failures };
  if (pause === undefined) log.error({ stage: 'delivery.dead', ...fields }, 'a delivery has failed for good');
  else log.warn({ stage: 'delivery.retrying', ...fields, seconds: Math.ceil(pause) }, 'a delivery has failed and will be tried again');
  return pause === undefined ? undefined : { againInSeconds: pause };
}

const detailOf = ({ channel, certificateId }: DeliveryRow, reference: string | null) => ({
  channel,
  certificate: certificateId,
  ...(reference !== null && { reference }),
});
