import { type Actor, type JsonSchema, moneySchema, type RouteHandler, type RouteTable } from '@divoc/core/api';
import type { Batches, BatchRequest } from './batches.js';
import type { Inquiry } from './inquiry.js';
import type { Batch, VoucherStore } from './voucher-store.js';

const name: JsonSchema = { type: 'string', minLength: 1, maxLength: 128, pattern: '^[^\\p{Cc}\\p{Zl}\\p{Zp}]+$' };
const amount: JsonSchema = { type: 'string', description: 'Minor units.' };
const batch: JsonSchema = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    state: { enum: ['issuing', 'issued'] },
    count: { type: 'integer' },
    value: moneySchema,
    programme: name,
    doseNumber: { type: 'integer' },
    facility: name,
    expiresAt: { type: 'string', format: 'date-time' },
    label: name,
    issuedAt: { type: 'string', format: 'date-time' },
    revokedAt: { type: 'string', format: 'date-time' },
    totals: {
      type: 'object',
      properties: {
        value: amount,
        captured: amount,
        held: amount,
        remaining: amount,
        used: { type: 'integer' },
        revoked: { type: 'integer' },
      },
    },
  },
};
const vouchers: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    properties: { serial: { type: 'string' }, code: { type: 'string', description: 'Shown here and never again.' } },
  },
};
const unknown = { description: 'There is no such batch or voucher.' };

export const voucherRoutes: RouteTable = {
  routes: {
    issue: {
      method: 'POST',
      path: '/batches',
      scope: 'payment-voucher:issue',
      summary: 'Issues vouchers and gives out their codes, once.',
      body: {
        type: 'object',
        additionalProperties: false,
        required: ['count', 'value', 'programme', 'expiresAt'],
        properties: {
          count: { type: 'integer', minimum: 1, maximum: 500 },
          value: { ...moneySchema, description: 'Of each voucher. It may be used several times until it is used up.' },
          programme: name,
          doseNumber: { type: 'integer', minimum: 1, maximum: 999, description: 'Without it they are good for any dose of the programme.' },
          facility: { ...name, description: "The facility's identifier; without it they are good at any." },
          expiresAt: { type: 'string', format: 'date-time' },
          label: { ...name, description: 'What you call the batch; nothing personal.' },
        },
      },
      bodyLimit: 16_384,
      // No Idempotency-Key: the reply would be kept, and with it the codes.
      replies: {
        201: {
          description: 'Issued. Whoever loses this reply revokes the batch and issues another.',
          schema: { ...batch, properties: { ...(batch.properties as object), vouchers } },
        },
        422: { description: 'They cannot be issued.' },
      },
    },
    batches: {
      method: 'GET',
      path: '/batches',
      scope: 'payment-voucher:read',
      summary: 'The batches, without their totals. ?after, ?limit.',
      replies: {
        200: {
          description: 'A page of them.',
          schema: { type: 'object', properties: { items: { type: 'array', items: batch }, next: { type: ['string', 'null'] } } },
        },
      },
    },
    batch: {
      method: 'GET',
      path: '/batches/{id}',
      scope: 'payment-voucher:read',
      summary: 'A batch with its totals.',
      replies: { 200: { description: 'The batch.', schema: batch }, 404: unknown },
    },
    revoke: {
      method: 'POST',
      path: '/batches/{id}/revocations',
      scope: 'payment-voucher:revoke',
      summary: 'Takes a batch, or one voucher of it, out of use.',
      body: {
        type: 'object',
        additionalProperties: false,
        properties: { serial: { type: 'string', maxLength: 32, description: 'Of one voucher.' } },
      },
      bodyLimit: 16_384,
      idempotent: true,
      replies: { 200: { description: 'Out of use, now or before.', schema: batch }, 404: unknown },
    },
    inquire: {
      method: 'POST',
      path: '/inquiries',
      scope: 'payment-voucher:inquire',
      summary: 'What a voucher is good for, by its serial number or its code: for the help desk.',
      body: {
        type: 'object',
        additionalProperties: false,
        minProperties: 1,
        maxProperties: 1,
        properties: { serial: { type: 'string', maxLength: 32 }, code: { type: 'string', maxLength: 64 } },
      },
      bodyLimit: 16_384,
      replies: {
        200: {
          description: 'The voucher.',
          schema: {
            type: 'object',
            properties: {
              serial: { type: 'string' },
              status: { enum: ['good', 'used-up', 'expired', 'revoked', 'not-issued'] },
              balance: moneySchema,
              programme: name,
              doseNumber: { type: 'integer' },
              facility: name,
              expiresAt: { type: 'string', format: 'date-time' },
            },
          },
        },
        404: unknown,
        429: { description: 'Too many codes were not known.' },
      },
    },
  },
};

const MOST = 100;

/** Codes are not for any cache on the way. */
const NO_STORE = { 'cache-control': 'no-store' };

/** A batch as it is shown: not who issued it. */
const view = ({ issuedBy: _, ...shown }: Batch, more: object = {}): object => ({ ...shown, ...more });
const idOf = (actor: Actor | null): string => {
  if (!actor) throw new Error('a route of vouchers was served to nobody');
  return actor.id;
};

export function voucherHandlers(batches: Batches, store: VoucherStore, inquiry: Inquiry): Record<string, RouteHandler> {
  return {
    async issue({ body, actor }) {
      const { batch, vouchers } = await batches.issue(body as BatchRequest, idOf(actor));
      return { status: 201, headers: NO_STORE, body: view(batch, { vouchers }) };
    },
    async batches({ query }) {
      const limit = Math.min(Math.max(Number.parseInt(query.limit ?? '20', 10) || 20, 1), MOST);
      const found = await store.batches(query.after, limit + 1);
      const items = found.slice(0, limit);
      return { status: 200, body: { items: items.map((batch) => view(batch)), next: found.length > limit ? items.at(-1)?.id : null } };
    },
    async batch({ params }) {
      const { batch, totals } = await batches.find(params.id ?? '');
      return { status: 200, body: view(batch, { totals }) };
    },
    async revoke({ params, body, actor }) {
      const { batch, totals } = await batches.revoke(params.id ?? '', (body as { serial?: string }).serial, idOf(actor));
      return { status: 200, body: view(batch, { totals }) };
    },
    async inquire({ body, actor }) {
      return { status: 200, headers: NO_STORE, body: await inquiry(body as { serial?: string; code?: string }, idOf(actor)) };
    },
  };
}
