import { v7 as uuidv7 } from 'uuid';
import {
  canonicalJson,
  declareRoutes,
  definePlugin,
  many,
  one,
  type Payments,
  type Purpose,
  paymentScheme,
  payments,
  Refusal,
} from '../../api/index.js';
import { audit, declareMigrations, storage } from '../../internal/index.js';
import { type Acting, actOnPayment, unknownPayment } from './act-on-payment.js';
import { cashUp, findCashUp } from './cash-up.js';
import { Ledger } from './ledger.js';
import { paymentMigrations } from './migrations.js';
import { type PaymentRow, PaymentStore } from './payment-store.js';
import { type PaymentDesk, paymentHandlers, paymentRoutes } from './routes.js';
import { INITIAL, machineMistakes, schemeMistakes, TERMINAL, TRANSITIONS } from './states.js';

const STATES = ['due', 'authorized', 'captured', 'cancelled', 'refunded'];
/** An act that has not ended after this was left behind by a crash. */
const STUCK_MINUTES = 10;

/** The payments service: states, ledger and idempotency; what a dose costs and how it is paid is a scheme's business. */
export const paymentsPart = definePlugin()({
  id: 'payments',
  summary: 'Opens, captures and refunds payments through the schemes of the manifest, and keeps double-entry books.',
  uses: { storage: one(storage), audit: one(audit), schemes: many(paymentScheme) },
  provides: { payments, routes: declareRoutes(paymentRoutes), migrations: declareMigrations(paymentMigrations) },
  async setup({ tenant, clock, log }, { storage, audit, schemes }) {
    const mistakes = [
      ...machineMistakes(TRANSITIONS, STATES, INITIAL, TERMINAL),
      ...Object.entries(schemes).flatMap(([name, scheme]) => schemeMistakes(name, scheme)),
    ];
    if (mistakes.length > 0) throw new Error(mistakes.join('; '));
    const store = new PaymentStore(tenant);
    const ledger = new Ledger(tenant);
    const acting: Acting = { schemes, storage, store, ledger, audit, clock, log };

    const quote: Payments['quote'] = async (name, purpose) => {
      const scheme = Object.hasOwn(schemes, name) ? schemes[name] : undefined;
      if (!scheme) throw unknownScheme(Object.keys(schemes));
      return scheme.quote(purpose);
    };
    const open = async (scheme: string, purpose: Purpose, owner: string, act?: string): Promise<PaymentRow | undefined> => {
      const { due } = await quote(scheme, purpose);
      if (due === null || BigInt(due.amount) === 0n) return undefined;
      const at = clock.now().toISOString();
      return storage.transaction(async (trx) => {
        const earlier = act === undefined ? undefined : await store.byAct(trx, act);
        if (earlier) return earlier;
        const row: PaymentRow = { id: uuidv7(), scheme, purpose, due, state: INITIAL, owner, ...(act !== undefined && { act }) };
        await store.add(trx, row, at);
        const amount = BigInt(due.amount);
        const lines = [
          { account: `receivable/${scheme}`, currency: due.currency, amount },
          { account: `income/${purpose.programme}`, currency: due.currency, amount: -amount },
        ];
        await ledger.post(trx, { kind: 'payment.opened', subject: row.id, at, lines });
        await audit.append(trx, { actor: owner, action: 'payment.opened', subject: row.id, detail: { scheme } });
        return row;
      });
    };

    const service: Payments = {
      quote,
      open: ({ scheme, purpose, act, owner }) => open(scheme, purpose, owner, act),
      async use(id, { scheme, purpose, act }) {
        const row = await storage.transaction(async (trx) => {
          const found = await store.byId(trx, id);
          if (!found || found.scheme !== scheme || found.state !== 'captured') throw notUsable('is unknown, or not captured yet');
          if (canonicalJson(found.purpose) !== canonicalJson(purpose)) throw notUsable('was taken for something else');
          if (found.act === act) return found;
          if (found.act !== undefined || !(await store.bind(trx, id, act))) throw notUsable('was used for another dose');
          return found;
        });
        return { ...row, act };
      },
      ofAct: (act) => store.byAct(storage.knex, act),
    };

    const desk: PaymentDesk = {
      async open(scheme, purpose, actor) {
        const made = await open(scheme, purpose, actor);
        if (!made) throw new Refusal(422, 'NOTHING_DUE', `${scheme} asks nothing for this; record the dose without a payment.`);
        return made;
      },
      async read(id, actor, mayReadAll) {
        const row = await store.byId(storage.knex, id);
        if (!row || (row.owner !== actor && !mayReadAll)) throw unknownPayment();
        return row;
      },
      act: (asked) => actOnPayment(acting, asked),
      async cashUp(scheme, counted, actor) {
        if (!Object.hasOwn(schemes, scheme)) throw unknownScheme(Object.keys(schemes));
        return cashUp(acting, tenant, { scheme, actor, counted });
      },
      async readCashUp(id, actor, mayReadAll) {
        const found = await findCashUp(storage.knex, tenant, id);
        if (!found || (found.actor !== actor && !mayReadAll))
          throw new Refusal(404, 'CASH_UP_UNKNOWN', 'There is no such cash-up, or it is not yours.');
        return found;
      },
    };

    return {
      ports: { payments: service, routes: { table: paymentRoutes, handlers: paymentHandlers(desk) }, migrations: true },
      async health() {
        const before = new Date(clock.now().getTime() - STUCK_MINUTES * 60_000).toISOString();
        const stuck = await store.stuck(storage.knex, before);
        if (stuck === 0) return { status: 'pass' };
        return { status: 'warn', detail: `${stuck} payments are in the middle of an act; ask for it again` };
      },
    };
  },
});

const unknownScheme = (known: readonly string[]): Refusal =>
  new Refusal(422, 'SCHEME_UNKNOWN', `There is no such payment scheme. Known here: ${known.join(', ')}.`);

const notUsable = (why: string): Refusal =>
  new Refusal(422, 'PAYMENT_NOT_USABLE', `The payment ${why}.`, {
    errors: [
      {
        pointer: '/payment',
        code: 'PAYMENT_NOT_USABLE',
        detail: `the payment ${why}`,
        fix: 'Send a captured payment for this programme and dose, not used before.',
      },
    ],
  });
