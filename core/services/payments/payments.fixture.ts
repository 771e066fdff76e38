import type { Actor, PaymentScheme, Payments, RouteReply, Routes } from '../../api/index.js';
import type { FieldCipher, Storage } from '../../internal/index.js';
import { migrate } from '../../store/migrate.js';
import { databaseFile, type OpenStore, openStore } from '../../store/store.fixture.js';
import { bookScheme, type HandClock, handClock, type LogLine, listeningLog, memoryState, setUpPart } from '../../testkit/index.js';
import { runJob } from './job-turn.fixture.js';
import { verifyLedger } from './ledger-check.js';
import { paymentsMigrations } from './migrations.js';
import { paymentsPart } from './payments-part.js';

export const PURPOSE = { programme: 'covid-19', doseNumber: 1 };
export const DUE = { amount: '25000', currency: 'LKR' };

/** Readable to whoever looks at the table, so that tests can tell that nothing else is kept there; bound to its place. */
const cipher: FieldCipher = {
  encrypt: async (text, place) => `enc:${Buffer.from(JSON.stringify([place, text])).toString('base64')}`,
  async decrypt(token, place) {
    const [at, text] = JSON.parse(Buffer.from(token.slice(4), 'base64').toString()) as [string, string];
    if (at !== place) throw new Error('the value was moved');
    return text;
  },
};

export interface House {
  readonly store: OpenStore;
  readonly clock: HandClock;
  readonly lines: LogLine[];
  readonly payments: Payments;
  readonly schemes: Record<string, PaymentScheme>;
  health(): Promise<{ status: string; detail?: string }>;
  /** Answers as the edge would, and gives refusals as they are. */
  call(
    route: string,
    sent?: { id?: string; body?: object; query?: Record<string, string>; actor?: string; scopes?: string[] },
  ): Promise<RouteReply>;
  /** As `call`, but the body of what was not refused. */
  ask<T = Record<string, unknown>>(...sent: Parameters<House['call']>): Promise<T>;
  /** Opens a prepaid payment. */
  open(more?: object, actor?: string): Promise<string>;
  /** Claims and runs each queued job once. */
  turn(): Promise<void>;
  /** Requires that the books are whole, and gives the balances that are not zero. */
  balances(): Promise<Record<string, string>>;
}

export interface HouseOptions {
  readonly store?: OpenStore;
  readonly storage?: (storage: Storage) => Storage;
  readonly clock?: HandClock;
  readonly schemes?: Record<string, PaymentScheme>;
  readonly config?: object;
}

/** The payments service on a real SQLite file. A second one on the same store is the process after a restart. */
export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const clock = options.clock ?? handClock();
  const store = options.store ?? (await openStore({ file: databaseFile(), clock }));
  await migrate([{ owner: 'payments', steps: paymentsMigrations }], store.storage, clock);
  const schemes = options.schemes ?? { counter: bookScheme(store.state('counter')) };
  const { log, lines } = listeningLog();
  const storage = options.storage?.(store.storage) ?? store.storage;
  const uses = { storage, outbox: store.outbox, audit: store.audit, cipher, schemes };
  const part = await setUpPart(paymentsPart, {
    config: options.config ?? { waitMilliseconds: 3000 },
    uses,
    instance: 'payments',
    clock,
    log,
  });
  const { handlers } = part.ports.routes as Routes;
  const call: House['call'] = async (route, { id = '', body = {}, query = {}, actor = 'clerk-1', scopes = [] } = {}) => {
    const handler = handlers[route];
    if (!handler) throw new Error(`no route ${route}`);
    return handler({ params: { id }, query, body, headers: {}, actor: { id: actor, roles: [], scopes } satisfies Actor });
  };
  const ask = async <T>(...sent: Parameters<House['call']>): Promise<T> => (await call(...sent)).body as T;
  return {
    store,
    clock,
    lines,
    schemes,
    payments: part.ports.payments as Payments,
    health: async () => (await part.health?.()) ?? { status: 'none' },
    call,
    ask,
    open: async (more = {}, actor = 'clerk-1') =>
      (await ask<{ id: string }>('open', { body: { scheme: 'counter', purpose: PURPOSE, ...more }, actor })).id,
    turn: () => runJob(store, part.ports.jobs as Parameters<typeof runJob>[1]),
    async balances() {
      const { faults, balances } = await verifyLedger(store.storage.knex, 'main');
      if (faults.length > 0) throw new Error(`the books are not whole: ${faults.map(({ text }) => text).join('; ')}`);
      return Object.fromEntries(balances.filter(({ amount }) => amount !== '0').map(({ account, amount }) => [account, amount]));
    },
  };
}

/** A scheme on a memory of its own, for what a restart need not find again. */
export const freshScheme = () => bookScheme(memoryState());
