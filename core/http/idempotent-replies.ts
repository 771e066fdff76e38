import { createHash } from 'node:crypto';
import type { Clock, Logger } from '../api/plugin.js';
import { isRefusal } from '../api/refusal.js';
import type { Idempotency, IdempotencyScope } from '../internal/idempotency.js';
import { refuse } from './errors.js';
import { problemFrom } from './problem.js';
import { problemReplyOf, type WireReply } from './wire-reply.js';

interface Keeper {
  readonly idempotency: Idempotency | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

interface OnceRequest extends Omit<IdempotencyScope, 'key'> {
  /** The Idempotency-Key header. */
  readonly key: string | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly bytes: unknown;
}

/**
 * Carries out a request once for each Idempotency-Key and answers its repetitions with the reply that was kept
 * (draft-ietf-httpapi-idempotency-key-header-07). Refusals are kept too; what may go better next time is not.
 */
export async function once(keeper: Keeper, request: OnceRequest, work: () => Promise<WireReply>): Promise<WireReply> {
  const { idempotency, clock, log } = keeper;
  if (request.key === undefined) return work();
  if (!/^[\x21-\x7e]{1,255}$/.test(request.key)) throw refuse('IDEMPOTENCY_KEY_INVALID');
  if (!idempotency) throw refuse('IDEMPOTENCY_UNAVAILABLE');
  const scope = { tenant: request.tenant, actor: request.actor, route: request.route, key: request.key };
  const earlier = await idempotency.begin({ ...scope, bodyHash: hashOf(request), now: clock.now() });
  if (earlier.state === 'mismatch') throw refuse('IDEMPOTENCY_KEY_REUSED');
  if (earlier.state === 'running') throw refuse('IDEMPOTENCY_KEY_RUNNING', undefined, { headers: { 'retry-after': '1' } });
  if (earlier.state === 'replay') {
    const payload = earlier.body === '' ? undefined : earlier.body;
    return { status: earlier.status, headers: { ...earlier.headers, 'idempotency-replayed': 'true' }, payload };
  }
  let reply: WireReply;
  try {
    reply = await settled(work);
    if (Buffer.isBuffer(reply.payload)) throw new Error(`${request.route} is idempotent, so it must reply with text or JSON`);
  } catch (error) {
    await idempotency.abandon(scope);
    throw error;
  }
  // "Too many requests" for 24 hours would be a trap, as would be any fault of ours.
  if (reply.status >= 500 || reply.status === 429) {
    await idempotency.abandon(scope);
    return reply;
  }
  try {
    await idempotency.finish({
      ...scope,
      status: reply.status,
      headers: { ...reply.headers },
      body: (reply.payload as string | undefined) ?? '',
    });
  } catch (error) {
    // The work is done and the caller should know of it; a repetition meets the record's own uniqueness.
    log.error({ route: request.route, name: (error as Error).name }, 'a reply could not be kept under its Idempotency-Key');
    await idempotency.abandon(scope).catch(() => undefined);
  }
  return reply;
}

/** A handler's refusal is its reply. */
async function settled(work: () => Promise<WireReply>): Promise<WireReply> {
  try {
    return await work();
  } catch (error) {
    if (isRefusal(error)) return problemReplyOf(problemFrom(error, ''));
    throw error;
  }
}

/** Of the body's own bytes; with the parameters, where there are any: the same body may mean another record. */
function hashOf({ params, query, bytes }: OnceRequest): string {
  const hash = createHash('sha256');
  if (Buffer.isBuffer(bytes)) hash.update(bytes);
  const parameters = [...Object.entries(params), ...Object.entries(query)];
  if (parameters.length > 0) hash.update(`\n${JSON.stringify(parameters)}`);
  return hash.digest('hex');
}
