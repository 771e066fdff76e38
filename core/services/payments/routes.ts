import { type JsonSchema, moneySchema, type RouteDeclaration, type RouteTable } from '../../api/index.js';
import type { ActName } from './state-machine.js';

/** Names in purposes: those of programmes and facilities, of which nobody here knows the list. */
const name: JsonSchema = { type: 'string', minLength: 1, maxLength: 128, pattern: '^[^\\p{Cc}\\p{Zl}\\p{Zp}]+$' };
const id: JsonSchema = { type: 'string', format: 'uuid' };
const instant: JsonSchema = { type: 'string', format: 'date-time' };
const signedMoney: JsonSchema = { type: 'object', properties: { amount: { type: 'string' }, currency: { type: 'string' } } };
const object = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({ type: 'object', properties });

const purpose: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['programme', 'doseNumber'],
  properties: {
    programme: name,
    doseNumber: { type: 'integer', minimum: 1, maximum: 999 },
    facility: { ...name, description: "The facility's identifier; without it the payment is good at any." },
  },
};
const payment = object({
  id,
  scheme: { type: 'string' },
  purpose,
  due: moneySchema,
  state: { enum: ['due', 'authorized', 'captured', 'cancelled', 'refunded'] },
  act: { type: 'string', description: 'What it pays for.' },
  payer: { type: 'string' },
  openedAt: instant,
  reference: { type: 'string', description: "The scheme's own number for it." },
  receipt: { type: 'string', description: 'Path of the receipt.' },
  receiptNumber: { type: 'string' },
  pending: { type: 'string', description: 'An act that the scheme has not answered yet.' },
  history: { type: 'array', items: object({ act: { type: 'string' }, at: instant }) },
});
const receipt = object({
  number: { type: 'string' },
  payment: id,
  scheme: { type: 'string' },
  purpose,
  paid: moneySchema,
  decimal: { type: 'string', description: 'The amount as it is printed: 250.00.' },
  payer: { type: 'string' },
  issuedAt: instant,
  reference: { type: 'string' },
  refundedAt: instant,
});
const cashUp = object({
  id,
  scheme: { type: 'string' },
  sequence: { type: 'integer' },
  expected: signedMoney,
  counted: moneySchema,
  difference: signedMoney,
  decimal: { type: 'object', additionalProperties: { type: 'string' } },
  at: instant,
});

const act = (path: string, scope: string, summary: string): RouteDeclaration => ({
  method: 'POST',
  path: `/payments/{id}/${path}`,
  scope,
  summary,
  body: {
    type: 'object',
    additionalProperties: false,
    properties: { input: { type: 'object', description: 'What the scheme takes; its README says what that is.' } },
  },
  bodyLimit: 16_384,
  idempotent: true,
  replies: {
    200: { description: 'Done, now or before.', schema: payment },
    404: { description: 'There is no such payment.' },
    422: { description: 'Its state does not allow it, its scheme does not offer it, or the scheme refused.' },
    429: { description: 'The scheme asks for patience.' },
    503: { description: 'Another act is under way, or the scheme has not answered: ask again after Retry-After.' },
  },
});

const ACTS: Readonly<Record<ActName, RouteDeclaration>> = {
  authorize: act('authorizations', 'payments:authorize', 'Holds the money of a payment.'),
  capture: act('captures', 'payments:capture', 'Takes the money of a payment.'),
  cancel: act('cancellations', 'payments:cancel', 'Ends a payment that was not captured.'),
  refund: act('refunds', 'payments:refund', 'Gives the money of a captured payment back.'),
};

export const paymentsRoutes: RouteTable = {
  mount: '/v1',
  routes: {
    open: {
      method: 'POST',
      path: '/payments',
      scope: 'payments:open',
      summary: 'Opens a payment before the dose is given.',
      body: {
        type: 'object',
        additionalProperties: false,
        required: ['scheme', 'purpose'],
        properties: { scheme: { type: 'string', maxLength: 40 }, purpose },
      },
      bodyLimit: 16_384,
      idempotent: true,
      replies: {
        201: { description: 'Opened; it is due.', schema: payment },
        422: { description: 'There is no such scheme, it does not serve this purpose, or nothing is due.' },
      },
    },
    read: {
      method: 'GET',
      path: '/payments/{id}',
      scope: 'payments:read',
      summary: 'A payment that one has opened or acted on; any with payments:read-all.',
      replies: { 200: { description: 'The payment.', schema: payment }, 404: { description: 'There is none, or it is not yours.' } },
    },
    receipt: {
      method: 'GET',
      path: '/payments/{id}/receipt',
      scope: 'payments:read',
      summary: 'The receipt of a captured payment.',
      replies: { 200: { description: 'The receipt.', schema: receipt }, 404: { description: 'There is none, or it is not yours.' } },
    },
    ...ACTS,
    cashUp: {
      method: 'POST',
      path: '/cash-ups',
      scope: 'payments:cash-up',
      summary: "Closes the clerk's own till: what was counted goes to the safe.",
      body: {
        type: 'object',
        additionalProperties: false,
        required: ['scheme', 'counted'],
        properties: {
          scheme: { type: 'string', maxLength: 40 },
          counted: moneySchema,
          sequence: {
            type: 'integer',
            minimum: 1,
            maximum: 2_000_000_000,
            description: 'The number that this cash-up is to have; sent again, it is the same one.',
          },
        },
      },
      bodyLimit: 16_384,
      idempotent: true,
      replies: {
        200: { description: 'This number was cashed up before, with the same count.', schema: cashUp },
        201: { description: 'Cashed up.', schema: cashUp },
        409: { description: 'Nothing moved since the last one, or this is not the next number.' },
        422: { description: 'There is no such scheme or currency.' },
      },
    },
    cashUps: {
      method: 'GET',
      path: '/cash-ups',
      scope: 'payments:read',
      summary: "One's own cash-ups, newest first; all with payments:read-all. ?after, ?limit.",
      replies: {
        200: {
          description: 'A page of them.',
          schema: object({ items: { type: 'array', items: cashUp }, next: { type: ['string', 'null'] } }),
        },
      },
    },
    readCashUp: {
      method: 'GET',
      path: '/cash-ups/{id}',
      scope: 'payments:read',
      summary: 'One of them.',
      replies: { 200: { description: 'The cash-up.', schema: cashUp }, 404: { description: 'There is none, or it is not yours.' } },
    },
  },
};
