import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { type Certificates, type JsonSchema, Refusal, type RouteHandler, type RouteTable } from '../../api/index.js';
import type { Delivering } from './delivering.js';
import type { DeliveryRow } from './delivery-store.js';
import { requestDeliveries } from './request.js';
import { canRetry, retryDelivery } from './retries.js';

const delivery: JsonSchema = {
  type: 'object',
  properties: {
    id: { type: 'string', format: 'uuid' },
    key: { type: 'string' },
    certificateId: { type: 'string', format: 'uuid' },
    channel: { type: 'string' },
    state: { enum: ['waiting', 'accepted', 'delivered', 'dead', 'skipped'] },
    links: { type: 'object', description: 'Relation → path.', additionalProperties: { type: 'string' } },
    code: { type: 'string', description: 'Why the last try failed.' },
    requestedAt: { type: 'string', format: 'date-time' },
    changedAt: { type: 'string', format: 'date-time' },
  },
};
const items: JsonSchema = { type: 'object', properties: { key: { type: 'string' }, items: { type: 'array', items: delivery } } };
const page: JsonSchema = { type: 'object', properties: { items: { type: 'array', items: delivery }, next: { type: 'string' } } };

export const deliveryRoutes = {
  mount: '/v1',
  routes: {
    request: {
      method: 'POST',
      path: '/deliveries',
      scope: 'delivery:request',
      summary: 'Has a certificate of the caller delivered through one or more channels.',
      idempotent: true,
      body: {
        type: 'object',
        additionalProperties: false,
        required: ['certificateId', 'channels'],
        properties: {
          certificateId: { type: 'string', format: 'uuid' },
          channels: { type: 'array', minItems: 1, maxItems: 20, items: { type: 'string', maxLength: 100 }, description: 'Instance names.' },
          recipient: {
            type: 'object',
            description: 'Kept encrypted, and no longer than the delivery takes.',
            additionalProperties: false,
            properties: {
              email: { type: 'string', 'x-personal': true },
              phone: { type: 'string', description: 'E.164.', 'x-personal': true },
              language: { type: 'string', description: 'BCP 47.' },
            },
          },
        },
      },
      replies: {
        201: { description: 'All of it has been settled.', schema: items },
        202: { description: 'Something waits: ask Location again after Retry-After.', schema: items },
        404: { description: 'There is no such certificate, or it is not yours.' },
        422: { description: 'A channel is not here, or the recipient is malformed.' },
      },
    },
    list: {
      method: 'GET',
      path: '/deliveries',
      scope: 'delivery:read',
      summary: "What became of the caller's deliveries of one certificate: ?certificate=ID.",
      replies: { 200: { description: 'Oldest first; empty when there are none.', schema: items } },
    },
    find: {
      method: 'GET',
      path: '/deliveries/{key}',
      scope: 'delivery:read',
      summary: 'What became of the deliveries of one request.',
      replies: { 200: { description: 'One a channel.', schema: items }, 404: { description: 'There are none, or they are not yours.' } },
    },
    dead: {
      method: 'GET',
      path: '/dead-deliveries',
      scope: 'delivery:read-dead',
      summary: 'Deliveries that nobody will try again, ids and codes only: ?after=&limit=.',
      replies: { 200: { description: 'In the order of their ids.', schema: page } },
    },
    retry: {
      method: 'POST',
      path: '/deliveries/{id}/retries',
      scope: 'delivery:retry',
      summary: 'Has a dead delivery tried again.',
      replies: {
        202: { description: 'It waits for its turn.', schema: delivery },
        404: { description: 'There is no such delivery.' },
        409: { description: 'It is not dead, or cannot be tried again.' },
      },
    },
  },
} as const satisfies RouteTable;

interface RequestBody {
  readonly certificateId: string;
  readonly channels: readonly string[];
  readonly recipient?: Readonly<Record<string, string>>;
}

export function deliveryHandlers(
  delivering: Delivering,
  certificates: Pick<Certificates, 'find'>,
): Record<keyof typeof deliveryRoutes.routes, RouteHandler> {
  const { storage, store } = delivering;
  return {
    async request({ body, headers, actor }) {
      const { certificateId, channels, recipient = {} } = body as RequestBody;
      const owner = actor!.id;
      // Somebody else's certificate is not to be told from none.
      if ((await certificates.find(certificateId))?.owner !== owner)
        throw new Refusal(404, 'CERTIFICATE_UNKNOWN', 'There is no such certificate, or it is not yours.');
      const key = keyOf(owner, headers['idempotency-key'], certificateId);
      const rows = await requestDeliveries(delivering, { key, certificateId, channels, recipient, owner });
      const isWaiting = rows.some(({ state }) => state === 'waiting');
      return {
        status: isWaiting ? 202 : 201,
        headers: { location: `/v1/deliveries/${key}`, ...(isWaiting && { 'retry-after': '2' }) },
        body: { key, items: rows.map(viewOf) },
      };
    },
    async list({ query, actor }) {
      const certificate = query.certificate;
      if (certificate === undefined) throw new Refusal(400, 'CERTIFICATE_MISSING', 'Say of which certificate: ?certificate=ID.');
      const rows = await store.byCertificate(storage.knex, certificate, actor!.id);
      return { status: 200, body: { items: rows.map(viewOf) } };
    },
    async find({ params, actor }) {
      const key = params.key ?? '';
      const rows = await store.byKey(storage.knex, key);
      if (rows[0]?.owner !== actor!.id) throw new Refusal(404, 'DELIVERY_UNKNOWN', 'There are no such deliveries, or they are not yours.');
      return { status: 200, body: { key, items: rows.map(viewOf) } };
    },
    async dead({ query }) {
      const limit = limitOf(query.limit);
      const rows = await store.dead(storage.knex, query.after ?? '', limit + 1);
      const shown = rows.slice(0, limit);
      const next = rows.length > limit ? { next: shown.at(-1)!.id } : {};
      return { status: 200, body: { items: shown.map((row) => deadViewOf(delivering, row)), ...next } };
    },
    async retry({ params, actor }) {
      const row = await retryDelivery(delivering, params.id ?? '', actor!.id);
      return { status: 202, body: deadViewOf(delivering, row) };
    },
  };
}

/** The same for the same Idempotency-Key, also when the edge has forgotten it; it goes into a URL and holds nothing personal. */
function keyOf(actor: string, idempotencyKey: string | undefined, certificateId: string): string {
  if (idempotencyKey === undefined) return uuidv7();
  return createHash('sha256')
    .update(JSON.stringify([actor, idempotencyKey, certificateId]))
    .digest('base64url');
}

function limitOf(text = '100'): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= 1000) return limit;
  throw new Refusal(400, 'LIMIT_INVALID', 'limit is a number from 1 to 1000.');
}

function viewOf({ id, requestKey, certificateId, channel, state, links, code, requestedAt, changedAt }: DeliveryRow) {
  return { id, key: requestKey, certificateId, channel, state, links, ...(code !== null && { code }), requestedAt, changedAt };
}

/** Without the links: who mends the house's deliveries need not read certificates. */
function deadViewOf(delivering: Delivering, row: DeliveryRow) {
  const { id, certificateId, channel, state, code, failures, requestedAt, changedAt } = row;
  return { id, certificateId, channel, state, code, failures, requestedAt, changedAt, canRetry: canRetry(delivering, row) };
}
