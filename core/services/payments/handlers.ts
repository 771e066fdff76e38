import { type Actor, type Money, type Purpose, Refusal, type RouteHandler, type RouteReply, type RouteRequest } from '../../api/index.js';
import { type CashUp, type CashUpRequest, cashUp, cashUpById, listCashUps } from './cash-up.js';
import { openPayment } from './opening.js';
import type { PaymentActRow, PaymentRow } from './payment-store.js';
import { type Performing, perform } from './perform.js';
import { receiptOf } from './receipts.js';
import { refuse } from './refusals.js';
import type { ActName } from './state-machine.js';
import { cashUpView, paymentView, receiptView } from './views.js';

const READ_ALL = 'payments:read-all';
const MOST = 100;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The routes of payments and cash-ups. */
export function paymentsHandlers(performing: Performing): Readonly<Record<string, RouteHandler>> {
  const { storage, store, tenant } = performing;

  const view = async (row: PaymentRow): Promise<unknown> =>
    paymentView(row, await store.acts(storage.knex, row.id), await receiptOf(storage.knex, tenant, row.id));

  /** Whoever opened a payment or acted on it may see it, and whoever may see all. */
  const readable = async ({ params, actor }: RouteRequest): Promise<{ row: PaymentRow; acts: readonly PaymentActRow[] }> => {
    const row = await store.byId(storage.knex, idOf(params));
    const acts = row ? await store.acts(storage.knex, row.id) : [];
    const mine = row?.owner === actor?.id || acts.some((act) => act.actor === actor?.id);
    if (!row || !actor || !(mine || actor.scopes.includes(READ_ALL))) throw refuse('PAYMENT_UNKNOWN');
    return { row, acts };
  };

  const act =
    (name: ActName): RouteHandler =>
    async ({ params, body, actor }) => {
      const { input = {} } = (body ?? {}) as { input?: Readonly<Record<string, unknown>> };
      const request = { payment: idOf(params), act: name, input, actor: idOfActor(actor) };
      return { status: 200, body: await view(await perform(performing, request)) };
    };

  return {
    async open({ body, actor }) {
      const { scheme, purpose } = body as { scheme: string; purpose: Purpose };
      const row = await openPayment(performing, { scheme, purpose, owner: idOfActor(actor) });
      if (!row) throw refuse('PAYMENT_NOTHING_DUE');
      return { status: 201, headers: { location: `/v1/payments/${row.id}` }, body: await view(row) };
    },
    async read(request) {
      return { status: 200, body: await view((await readable(request)).row) };
    },
    async receipt(request) {
      const { row, acts } = await readable(request);
      const receipt = await receiptOf(storage.knex, tenant, row.id);
      if (!receipt) throw refuse('RECEIPT_UNKNOWN');
      return { status: 200, body: receiptView(row, acts, receipt) };
    },
    authorize: act('authorize'),
    capture: act('capture'),
    cancel: act('cancel'),
    refund: act('refund'),
    async cashUp({ body, actor }): Promise<RouteReply> {
      const made = await cashUp(performing, {
        ...(body as { scheme: string; counted: Money }),
        actor: idOfActor(actor),
      } satisfies CashUpRequest);
      const headers = { location: `/v1/cash-ups/${made.cashUp.id}` };
      return { status: made.isNew ? 201 : 200, headers, body: cashUpView(made.cashUp) };
    },
    async cashUps({ query, actor }) {
      const limit = limitOf(query.limit);
      const before = query.after;
      const own = actor?.scopes.includes(READ_ALL) ? {} : { actor: idOfActor(actor) };
      const found = await listCashUps(storage.knex, tenant, { ...own, ...(before !== undefined && { before }), limit: limit + 1 });
      const items = found.slice(0, limit);
      return { status: 200, body: { items: items.map(cashUpView), next: found.length > limit ? (items.at(-1) as CashUp).id : null } };
    },
    async readCashUp({ params, actor }) {
      const found = UUID.test(params.id ?? '') ? await cashUpById(storage.knex, tenant, params.id as string) : undefined;
      if (!found || !(found.actor === actor?.id || actor?.scopes.includes(READ_ALL))) throw refuse('CASH_UP_UNKNOWN');
      return { status: 200, body: cashUpView(found) };
    },
  };
}

/** What is no id is as unknown as one that does not exist, and goes to no database. */
function idOf(params: RouteRequest['params']): string {
  const { id = '' } = params;
  if (!UUID.test(id)) throw refuse('PAYMENT_UNKNOWN');
  return id;
}

function idOfActor(actor: Actor | null): string {
  if (!actor) throw new Error('a route of payments was served to nobody');
  return actor.id;
}

function limitOf(text: string | undefined): number {
  const limit = Number(text ?? 20);
  if (text === undefined || (/^\d{1,3}$/.test(text) && limit >= 1 && limit <= MOST)) return limit;
  throw new Refusal(400, 'QUERY_INVALID', `limit is a number from 1 to ${MOST}.`);
}
