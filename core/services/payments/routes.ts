import type { JsonSchema, Money, Payment, Purpose, RouteDeclaration, RouteHandler, RouteTable } from '../../api/index.js';
import type { Asked } from './act-on-payment.js';
import type { CashUp } from './cash-up.js';
import type { PaymentRow } from './payment-store.js';
import type { Act } from './states.js';

const money: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['amount', 'currency'],
  properties: {
    amount: { type: 'string', pattern: '^(0|[1-9][0-9]{0,15})$', description: 'Minor units, as a string: "25000" is 250.00 of LKR.' },
    currency: { type: 'string', pattern: '^[A-Z]{3}$', description: 'ISO 4217.' },
  },
};

const purpose: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['programme', 'doseNumber'],
  properties: {
    programme: { type: 'string', minLength: 1, maxLength: 64 },
    doseNumber: { type: 'integer', minimum: 1, maximum: 99 },
    facility: { type: 'string', minLength: 1, maxLength: 64, description: "The facility's code, where vouchers are bound to one." },
  },
};

const payment: JsonSchema = {
  type: 'object',
  properties: {
    id: { type: 'string', format: 'uuid' },
    scheme: { type: 'string' },
    purpose,
    due: money,
    state: { enum: ['due', 'authorized', 'captured', 'cancelled', 'refunded'] },
    receipt: { type: 'object', description: 'Once captured: its number within the scheme, and how the scheme names it.' },
  },
};

const actBody: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: { input: { type: 'object', description: 'What the scheme takes for this act: a voucher code, for example.' } },
};

const act = (verb: string, path: string, summary: string): RouteDeclaration => ({
  method: 'POST',
  path: `/payments/{id}/${path}`,
  scope: `payments:${verb}`,
  summary: `${summary} Asked for again it is answered alike.`,
  body: actBody,
  replies: {
    200: { description: 'Done, now or before.', schema: payment },
    404: { description: 'There is no such payment.' },
    409: { description: 'Its state does not allow it.' },
    422: { description: 'The scheme refused.' },
  },
});

export const paymentRoutes = {
  mount: '/v1',
  routes: {
    open: {
      method: 'POST',
      path: '/payments',
      scope: 'payments:open',
      summary: 'Opens a payment before the dose, for a programme that takes money first.',
      idempotent: true,
      body: {
        type: 'object',
        additionalProperties: false,
        required: ['scheme', 'purpose'],
        properties: { scheme: { type: 'string', description: 'Instance name.' }, purpose },
      },
      replies: {
        201: { description: 'It is due.', schema: payment },
        422: { description: 'There is no such scheme, or nothing is due.' },
      },
    },
    read: {
      method: 'GET',
      path: '/payments/{id}',
      scope: 'payments:read',
      summary: 'A payment that you opened; any, with payments:read-all.',
      replies: { 200: { description: 'The payment.', schema: payment }, 404: { description: 'There is none, or it is not yours.' } },
    },
    authorize: act('authorize', 'authorizations', 'Holds the money without taking it.'),
    capture: act('capture', 'captures', 'Takes the money and gives a receipt.'),
    cancel: act('cancel', 'cancellations', 'Lets go of what was not captured.'),
    refund: act('refund', 'refunds', 'Gives back what was captured.'),
    cashUp: {
      method: 'POST',
      path: '/cash-ups',
      scope: 'payments:cash-up',
      summary: 'Counts the till of whoever asks, and empties it into the safe; what is short or over is booked.',
      idempotent: true,
      body: {
        type: 'object',
        additionalProperties: false,
        required: ['scheme', 'counted'],
        properties: { scheme: { type: 'string', description: 'Instance name.' }, counted: money },
      },
      replies: {
        201: {
          description: 'Cashed up.',
          schema: { type: 'object', properties: { id: { type: 'string' }, expected: money, counted: money } },
        },
        422: { description: 'The till holds nothing.' },
      },
    },
    readCashUp: {
      method: 'GET',
      path: '/cash-ups/{id}',
      scope: 'payments:read',
      summary: 'A cash-up of your own; any, with payments:read-all.',
      replies: { 200: { description: 'The cash-up.' }, 404: { description: 'There is none, or it is not yours.' } },
    },
  },
} as const satisfies RouteTable;

export interface PaymentDesk {
  open(scheme: string, purpose: Purpose, actor: string): Promise<PaymentRow>;
  /** Throws a Refusal (404) for what is unknown or not this actor's. */
  read(id: string, actor: string, mayReadAll: boolean): Promise<PaymentRow>;
  act(asked: Asked): Promise<PaymentRow>;
  cashUp(scheme: string, counted: Money, actor: string): Promise<CashUp>;
  readCashUp(id: string, actor: string, mayReadAll: boolean): Promise<CashUp>;
}

export function paymentHandlers(desk: PaymentDesk): Record<keyof typeof paymentRoutes.routes, RouteHandler> {
  const acting =
    (name: Act): RouteHandler =>
    async ({ params, body, actor }) => {
      const { input = {} } = body as { input?: Record<string, unknown> };
      return { status: 200, body: shown(await desk.act({ id: params.id ?? '', act: name, input, actor: actor!.id })) };
    };
  const mayReadAll = (scopes: readonly string[]): boolean => scopes.includes('payments:read-all');
  return {
    async open({ body, actor }) {
      const { scheme, purpose } = body as { scheme: string; purpose: Purpose };
      const made = await desk.open(scheme, purpose, actor!.id);
      return { status: 201, headers: { location: `/v1/payments/${made.id}` }, body: shown(made) };
    },
    async read({ params, actor }) {
      return { status: 200, body: shown(await desk.read(params.id ?? '', actor!.id, mayReadAll(actor!.scopes))) };
    },
    authorize: acting('authorize'),
    capture: acting('capture'),
    cancel: acting('cancel'),
    refund: acting('refund'),
    async cashUp({ body, actor }) {
      const { scheme, counted } = body as { scheme: string; counted: Money };
      const made = await desk.cashUp(scheme, counted, actor!.id);
      return { status: 201, headers: { location: `/v1/cash-ups/${made.id}` }, body: made };
    },
    async readCashUp({ params, actor }) {
      return { status: 200, body: await desk.readCashUp(params.id ?? '', actor!.id, mayReadAll(actor!.scopes)) };
    },
  };
}

/** What its clerk may see: whose dose it pays for is not among it. */
function shown({ id, scheme, purpose, due, state, receipt, settlement }: PaymentRow): Omit<Payment, 'act'> & { receipt?: object } {
  const reference = settlement?.reference;
  return {
    id,
    scheme,
    purpose,
    due,
    state,
    ...(receipt !== undefined && { receipt: { number: receipt, ...(reference !== undefined && { reference }) } }),
  };
}
