import type { Health } from '../../api/index.js';
import { type Delivering, queueOf } from './delivering.js';
import type { ChannelCount } from './delivery-store.js';

const DAY = 86_400_000;
const MINUTE = 60_000;
const OVERDUE_MINUTES = 60;
const BATCH = 100;

const ago = ({ clock }: Delivering, milliseconds: number): string => new Date(clock.now().getTime() - milliseconds).toISOString();

/**
 * Forgets the recipients of letters that have been dead for long, gives overdue deliveries a new job, and gives up those
 * whose channel has left the manifest for good.
 */
export async function sweep(delivering: Delivering): Promise<{ erased: number; revived: number; orphaned: number }> {
  const { storage, store, settings } = delivering;
  const keptSince = ago(delivering, settings.keepDeadDays * DAY);
  const erased = await storage.transaction((trx) => store.eraseDead(trx, keptSince));
  let revived = 0;
  let orphaned = 0;
  for (const row of await store.overdue(storage.knex, ago(delivering, OVERDUE_MINUTES * MINUTE), BATCH)) {
    if (Object.hasOwn(delivering.channels, row.channel)) revived += await revive(delivering, row);
    else if (row.requestedAt < keptSince) orphaned += await giveUp(delivering, row);
  }
  return { erased, revived, orphaned };
}

type Overdue = { readonly id: string; readonly channel: string; readonly failures: number; readonly certificateId: string };

/** Its job has died, say because the database was out of reach ten times; or it stands in a long queue, and the job does no harm. */
async function revive({ storage, store, outbox, clock }: Delivering, { id, channel, failures }: Overdue): Promise<number> {
  return storage.transaction(async (trx) => {
    const now = clock.now().toISOString();
    if (!(await store.change(trx, id, { states: ['waiting'], failures }, { dueAt: now }))) return 0;
    await outbox.add(trx, { queue: queueOf(channel), subject: id, data: { deliveryId: id } });
    return 1;
  });
}

async function giveUp({ storage, store, audit, clock }: Delivering, { id, channel, failures, certificateId }: Overdue): Promise<number> {
  return storage.transaction(async (trx) => {
    const change = { state: 'dead', code: 'CHANNEL_MISSING', changedAt: clock.now().toISOString() } as const;
    if (!(await store.change(trx, id, { states: ['waiting'], failures }, change))) return 0;
    const detail = { channel, certificate: certificateId, code: change.code };
    await audit.append(trx, { actor: 'house', action: 'delivery.given-up', subject: id, detail });
    return 1;
  });
}

/** Warns of letters that have died lately, and of channels that keep somebody waiting. Counts and names of channels only. */
export async function healthOf(delivering: Delivering): Promise<Health> {
  const { storage, store, settings } = delivering;
  const dead = await store.counts(storage.knex, 'dead', ago(delivering, settings.keepDeadDays * DAY));
  const waiting = await store.counts(storage.knex, 'waiting');
  const tooLong = waiting.filter(({ oldest }) => oldest < ago(delivering, settings.warnAfterMinutes * MINUTE));
  const said = [
    ...(dead.length > 0 ? [`dead deliveries: ${listed(dead)}; see GET /v1/dead-deliveries`] : []),
    ...(tooLong.length > 0 ? [`waiting for more than ${settings.warnAfterMinutes} min: ${listed(tooLong, ' since ')}`] : []),
  ];
  return said.length === 0 ? { status: 'pass' } : { status: 'warn', detail: said.join('; ') };
}

function listed(counts: readonly ChannelCount[], since?: string): string {
  return counts.map(({ channel, count, oldest }) => `${channel} ${count}${since === undefined ? '' : since + oldest}`).join(', ');
}
