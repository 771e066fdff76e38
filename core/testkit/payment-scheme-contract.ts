import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { isMoney } from '../api/money.js';
import type { PaymentScheme, Purpose, SchemePayment, Settlement } from '../api/ports/payment-scheme.js';
import { isRefusal, type Refusal } from '../api/refusal.js';
import type { Contract } from './contract.js';

/** A scheme on a memory of its own, and what there is to know of it from outside. */
export interface PaymentSchemeSubject {
  readonly scheme: PaymentScheme;
  /** A purpose for which the scheme asks for money, where there is one. */
  readonly purpose: Purpose;
  /** What the authorization or the capture of one payment is to be sent: a voucher's code that is good for it, for example. */
  input(): Promise<Readonly<Record<string, unknown>>>;
  /** Inputs that the scheme must refuse. */
  readonly wrongInputs: readonly Readonly<Record<string, unknown>>[];
  /** All that the scheme remembers, to be compared; undefined where it remembers nothing. */
  memory?(): unknown;
  /** Minor units that the scheme has taken and not given back. Needed where it takes any. */
  taken?(): Promise<bigint>;
  /** Makes the n-th write from now fail before it happens, in words that hold `killed`; undefined makes none fail. */
  crashBefore?(write: number | undefined): void;
}

type Act = 'authorize' | 'capture' | 'cancel' | 'refund';
type Does = Required<PaymentScheme>;
const ACTS: readonly Act[] = ['authorize', 'capture', 'cancel', 'refund'];
const MOST_WRITES = 30;
const AT_ONCE = 20;

/** A payment as the service would ask for it; undefined for a scheme that asks for nothing. */
async function payment({ scheme, purpose }: PaymentSchemeSubject): Promise<SchemePayment | undefined> {
  const { due } = await scheme.quote(purpose);
  return due === null ? undefined : { id: randomUUID(), purpose, due };
}

interface Till {
  readonly subject: PaymentSchemeSubject;
  readonly due: bigint;
  /** Opens another payment. */
  open(): Promise<(act: Act, input?: Readonly<Record<string, unknown>>, actor?: string) => Promise<Settlement | undefined>>;
  taken(): Promise<bigint>;
}

/** Runs `work` where the scheme offers all of `acts` and asks for money; elsewhere there is nothing to hold. */
async function where(subject: PaymentSchemeSubject, acts: readonly Act[], work: (till: Till) => Promise<void>): Promise<void> {
  const first = await payment(subject);
  if (!first || acts.some((act) => !subject.scheme[act])) return;
  const { taken } = subject;
  assert.ok(taken, 'a scheme that takes money must be told from outside how much it has taken');
  await work({
    subject,
    due: BigInt(first.due.amount),
    taken: () => taken.call(subject),
    async open() {
      const opened = (await payment(subject)) as SchemePayment;
      const good = await subject.input();
      return async (act, input = act === 'authorize' || act === 'capture' ? good : {}, actor = 'clerk-1') =>
        (await (subject.scheme as Does)[act]({ payment: opened, input, actor })) as Settlement | undefined;
    },
  });
}

/** What `work` is refused with; an Error where it is not refused, or fails otherwise. */
async function refused(work: Promise<unknown>, what: string): Promise<Refusal> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(isRefusal(outcome), `${what} must be a Refusal, not ${outcome === undefined ? 'done' : String(outcome)}`);
  return outcome;
}

const strings = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];

async function crashes(
  subject: PaymentSchemeSubject,
  act: () => Promise<unknown>,
  open: () => Promise<void>,
  whole: () => Promise<void>,
): Promise<void> {
  if (!subject.crashBefore) return;
  for (let write = 1; write <= MOST_WRITES; write += 1) {
    await open();
    subject.crashBefore(write);
    const died = await act().then(
      () => false,
      (error: Error) => /killed/.test(error.message) || Promise.reject(error),
    );
    subject.crashBefore(undefined);
    await act();
    await whole();
    if (!died) return;
  }
  assert.fail(`an act with more than ${MOST_WRITES} writes`);
}

/** What every payment scheme has to keep. */
export const paymentSchemeContract: Contract<PaymentSchemeSubject> = {
  port: 'payment-scheme/0',
  promises: [
    {
      name: 'asks for the same whenever it is asked, and writes nothing',
      async holds({ scheme, purpose, memory }) {
        const before = JSON.stringify(memory?.());
        const quotes = [];
        for (let i = 0; i < 3; i += 1) quotes.push(await scheme.quote(purpose));
        assert.deepEqual(quotes[1], quotes[0]);
        assert.deepEqual(quotes[2], quotes[0]);
        assert.equal(JSON.stringify(memory?.()), before);
      },
    },
    {
      name: 'asks for an amount of money, or for nothing, and names who pays',
      async holds({ scheme, purpose }) {
        const { due, payer } = await scheme.quote(purpose);
        assert.ok(due === null || (isMoney(due) && due.amount !== '0'), 'due is no amount above zero in a currency of ISO 4217');
        assert.match(payer, /^[a-z][a-z0-9-]{0,39}$/);
      },
    },
    {
      name: 'offers acts that make sense together',
      async holds({ scheme, purpose }) {
        const offered = ACTS.filter((act) => scheme[act] !== undefined);
        for (const act of offered) assert.equal(typeof scheme[act], 'function', `${act} is no function`);
        const offers = (act: Act) => offered.includes(act);
        assert.equal(offers('authorize'), offers('cancel'), 'authorize and cancel come together');
        for (const act of ['authorize', 'refund'] as const)
          assert.ok(!offers(act) || offers('capture'), `${act} is offered without capture`);
        const { due } = await scheme.quote(purpose);
        assert.ok(due === null || offers('capture'), 'money is asked for that cannot be taken');
      },
    },
    {
      name: 'takes money once for a payment, however many ask at once',
      holds: (subject) =>
        where(subject, ['capture'], async ({ open, taken, due }) => {
          const act = await open();
          const settled = await Promise.all(Array.from({ length: AT_ONCE }, () => act('capture')));
          for (const settlement of settled) assert.deepEqual(settlement, settled[0]);
          assert.equal(await taken(), due);
        }),
    },
    {
      name: 'answers a payment that is captured as before, whatever is sent then and by whom',
      holds: (subject) =>
        where(subject, ['capture'], async ({ open, taken, due }) => {
          const act = await open();
          const settled = await act('capture');
          for (const input of [{}, ...subject.wrongInputs, await subject.input()])
            assert.deepEqual(await act('capture', input, 'clerk-2'), settled);
          assert.equal(await taken(), due);
        }),
    },
    {
      name: 'takes money once when it dies before any of its writes and is asked again',
      holds: (subject) =>
        where(subject, ['capture'], async ({ open, taken, due }) => {
          let act: Awaited<ReturnType<typeof open>>;
          let before = 0n;
          await crashes(
            subject,
            () => act('capture'),
            async () => {
              act = await open();
              before = await taken();
            },
            async () => assert.equal((await taken()) - before, due),
          );
        }),
    },
    {
      name: 'settles into an account and under a reference that a ledger can have',
      holds: (subject) =>
        where(subject, ['capture'], async ({ open }) => {
          for (const actor of ['clerk-1', 'Nurse Joy <joy@health.example>', '../../safe', 'ক্লার্ক']) {
            const settled = await (await open())('capture', undefined, actor);
            assert.match(settled?.account ?? '', /^[a-z0-9][a-z0-9-]*(\/[a-z0-9][a-z0-9-]*)*$/);
            assert.ok((settled?.account ?? '').length <= 100, 'the account has more than 100 characters');
            assert.match(settled?.reference ?? '-', /^[\p{L}\p{N}\p{P}\p{S} ]{1,64}$/u);
          }
        }),
    },
    {
      name: 'gives back once what was captured, and nothing that was not',
      holds: (subject) =>
        where(subject, ['capture', 'refund'], async ({ open, taken, due }) => {
          const [paid, other] = [await open(), await open()];
          await paid('capture');
          await refused(other('refund'), 'the refund of a payment that was not captured');
          assert.equal(await taken(), due);
          const back = await Promise.all(Array.from({ length: AT_ONCE }, () => paid('refund')));
          back.push(await paid('refund', {}, 'clerk-2'));
          for (const settlement of back) assert.deepEqual(settlement, back[0]);
          assert.equal(await taken(), 0n);
        }),
    },
    {
      name: 'gives back once when it dies before any of its writes and is asked again',
      holds: (subject) =>
        where(subject, ['capture', 'refund'], async ({ open, taken }) => {
          let act: Awaited<ReturnType<typeof open>>;
          let before = 0n;
          await crashes(
            subject,
            () => act('refund'),
            async () => {
              before = await taken();
              act = await open();
              await act('capture');
            },
            async () => assert.equal(await taken(), before),
          );
        }),
    },
    {
      name: 'holds money once, and lets go of it once',
      holds: (subject) =>
        where(subject, ['authorize', 'cancel', 'capture'], async ({ open, taken, due }) => {
          const [held, kept] = [await open(), await open()];
          await Promise.all(Array.from({ length: AT_ONCE }, () => held('authorize')));
          assert.equal(await taken(), due, 'held money cannot be used elsewhere');
          await kept('authorize');
          await kept('capture', {});
          assert.equal(await taken(), due * 2n, 'capturing what is held takes nothing more');
          await Promise.all(Array.from({ length: AT_ONCE }, () => held('cancel')));
          await held('cancel');
          assert.equal(await taken(), due);
          await refused(held('capture'), 'the capture of a payment that was cancelled');
          await (await open())('cancel');
          assert.equal(await taken(), due);
          let act: Awaited<ReturnType<typeof open>>;
          let before = 0n;
          const another = async () => {
            act = await open();
            before = await taken();
          };
          await crashes(
            subject,
            () => act('authorize'),
            another,
            async () => assert.equal((await taken()) - before, due),
          );
          await crashes(
            subject,
            () => act('cancel'),
            async () => {
              await another();
              await act('authorize');
            },
            async () => assert.equal(await taken(), before),
          );
        }),
    },
    {
      name: 'refuses what it cannot take without doing anything, in words that repeat nothing of it',
      holds: (subject) =>
        where(subject, ['capture'], async ({ open, taken }) => {
          for (const input of subject.wrongInputs) {
            const { status, code, message, errors, headers } = await refused((await open())('capture', input), 'a wrong input');
            assert.ok(status === 422 || status === 429, `a wrong input is answered ${status}`);
            assert.match(code, /^[A-Z][A-Z0-9_]+$/);
            const said = JSON.stringify([message, errors, headers]);
            for (const text of strings(input)) assert.ok(text.length < 4 || !said.includes(text), 'the refusal repeats what was sent');
          }
          assert.equal(await taken(), 0n);
          const act = await open();
          for (const input of subject.wrongInputs.slice(0, 1)) await refused(act('capture', input), 'a wrong input');
          await act('capture');
        }),
    },
  ],
};
