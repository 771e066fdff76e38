import { isRefusal, type PaymentAct, type PaymentScheme, type Refusal } from '@divoc/core/api';
import { handClock, holdTo, type MemoryState, memoryState, paymentSchemeContract, setUpPart } from '@divoc/core/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import plugin from '../plugin.js';

const lkr = (amount: string) => ({ amount, currency: 'LKR' });
const fee = lkr('25000');
interface Counter {
  readonly scheme: Required<PaymentScheme>;
  readonly state: MemoryState;
  readonly clock: ReturnType<typeof handClock>;
}
async function counter(config: object = { fee }, start?: string): Promise<Counter> {
  const state = memoryState();
  const clock = handClock(start);
  const part = await setUpPart(plugin, { config, uses: { state }, clock });
  return { scheme: part.ports.scheme as Required<PaymentScheme>, state, clock };
}
const act = (id: string, input: Record<string, unknown> = {}, actor = 'clerk-1'): PaymentAct => ({
  payment: { id, purpose: { programme: 'covid-19', doseNumber: 1 }, due: fee },
  input,
  actor,
});
async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  const error = await work.catch((thrown: unknown) => thrown);
  if (!isRefusal(error)) throw new Error('expected a Refusal', { cause: error });
  return error;
}

for (const refund of ['never', 'always']) {
  describe(`with refund: ${refund}`, () =>
    holdTo(it, paymentSchemeContract, async () => {
      const { scheme, state } = await counter({ fee, refund });
      return {
        scheme,
        purpose: { programme: 'covid-19', doseNumber: 1 },
        input: async () => ({ received: lkr('30000'), paperReceipt: 'A/2026-17' }),
        wrongInputs: [
          { received: lkr('24999') },
          { received: { amount: '25000', currency: 'USD' } },
          { paperReceipt: 'Mrs Jayawardena' },
          { note: 'paid' },
        ],
        memory: () => [...state.entries.values()],
        async taken() {
          const entries = [...state.entries.values()].map(({ value }) => value as { refunded?: object });
          return 25_000n * BigInt(entries.filter(({ refunded }) => !refunded).length);
        },
        crashBefore: (write) => {
          state.crashBefore = write;
        },
      };
    }));
}

describe('a fee', () => {
  it('is that of the nearest word', async () => {
    const { scheme } = await counter({ fee, programmes: { flu: { doses: { 2: lkr('100') } }, measles: { fee: lkr('0') } } });
    const due = async (programme: string, doseNumber: number) => (await scheme.quote({ programme, doseNumber })).due?.amount;
    expect([await due('covid-19', 1), await due('flu', 1), await due('flu', 2), await due('measles', 1)]).toEqual([
      '25000',
      '25000',
      '100',
      undefined,
    ]);
  });

  it('is not made up for a programme that the settings do not name', async () => {
    const { scheme } = await counter({ programmes: { flu: { fee } } });
    expect(await scheme.quote({ programme: 'flu', doseNumber: 1 })).toEqual({ due: fee, payer: 'individual' });
    for (const programme of ['flue', 'constructor', '']) {
      expect(await refusalOf(scheme.quote({ programme, doseNumber: 1 }))).toMatchObject({ status: 422, code: 'FEE_UNKNOWN' });
    }
  });

  it('is paid by whom the settings say', async () => {
    const { scheme } = await counter({ fee, payer: 'employer' });
    expect((await scheme.quote({ programme: 'x', doseNumber: 1 })).payer).toBe('employer');
  });
});

describe('settings', () => {
  const found = async (config: object) =>
    plugin.check?.({
      config: { programmes: {}, timeZone: 'UTC', ...config } as never,
      instance: 'counter',
      profile: 'production',
      adopter: '/',
      declared: () => ({}),
    });
  it('are found wrong before anything starts', async () => {
    expect(await found({ fee })).toEqual([]);
    expect(await found({})).toMatchObject([{ code: 'FEES_MISSING' }]);
    expect(await found({ fee: { amount: '1', currency: 'LKK' } })).toMatchObject([{ pointer: '/fee/currency', code: 'CURRENCY_UNKNOWN' }]);
    expect(await found({ fee, timeZone: 'Asia/Kolombo' })).toMatchObject([{ pointer: '/timeZone', code: 'TIME_ZONE_UNKNOWN' }]);
  });

  it.each([
    { fee: { amount: '1.50', currency: 'LKR' } },
    { fee, refund: 'sometimes' },
    { fee, programmes: { flu: { doses: { first: fee } } } },
  ])('that do not fit are refused: %j', async (config) => {
    await expect(counter(config)).rejects.toThrow();
  });
});

describe('a capture', () => {
  it('puts the money into the till of the clerk who confirms it, under the number of the paper receipt', async () => {
    const { scheme } = await counter();
    expect(await scheme.capture(act('p1', { received: fee, paperReceipt: 'A/17' }))).toEqual({
      account: 'till/clerk-1',
      reference: 'A/17',
    });
    expect(await scheme.capture(act('p2', {}, 'clerk@health.example'))).toEqual({
      account: expect.stringMatching(/^till\/h-[0-9a-f]{32}$/),
    });
  });

  it.each<[Record<string, unknown>, string, string]>([
    [{ received: lkr('24999') }, '/received/amount', 'FEE_NOT_COVERED'],
    [{ received: { amount: '25000', currency: 'USD' } }, '/received/currency', 'CURRENCY_DIFFERS'],
    [{ received: '25000' }, '/received', 'FIELD_WRONG_FORMAT'],
    [{ paperReceipt: 17 }, '/paperReceipt', 'FIELD_WRONG_FORMAT'],
    [{ paperReceipt: 'Mrs J.' }, '/paperReceipt', 'FIELD_WRONG_FORMAT'],
    [{ note: 'x' }, '/note', 'FIELD_UNKNOWN'],
    [{ 'Mrs Jayawardena': 'x' }, '', 'FIELD_UNKNOWN'],
  ])('of %j is refused at %s', async (input, pointer, code) => {
    const { scheme, state } = await counter();
    const refusal = await refusalOf(scheme.capture(act('p1', input)));
    expect(refusal).toMatchObject({ status: 422, code: 'COUNTER_INPUT_INVALID', errors: [{ pointer, code, fix: expect.any(String) }] });
    expect(JSON.stringify(refusal.errors)).not.toMatch(/Mrs/);
    expect(state.entries.size).toBe(0);
  });

  it('answers or refuses whatever comes', async () => {
    const { scheme } = await counter();
    let n = 0;
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (input) => {
        n += 1;
        const outcome = await scheme.capture(act(`p${n}`, input)).catch((error: unknown) => error);
        expect(isRefusal(outcome) ? outcome.status : (outcome as { account: string }).account).toEqual(
          isRefusal(outcome) ? 422 : 'till/clerk-1',
        );
      }),
    );
  });
});

describe('a refund', () => {
  it('is not offered unless the settings allow it', async () => {
    expect((await counter()).scheme.refund).toBeUndefined();
  });

  it('comes from the till of the clerk who gives it', async () => {
    const { scheme } = await counter({ fee, refund: 'always' });
    await scheme.capture(act('p1', { paperReceipt: 'A/17' }));
    expect(await scheme.refund(act('p1', {}, 'clerk-2'))).toEqual({ account: 'till/clerk-2', reference: 'A/17' });
  });

  it('takes no input', async () => {
    const { scheme } = await counter({ fee, refund: 'always' });
    await scheme.capture(act('p1'));
    expect(await refusalOf(scheme.refund(act('p1', { amount: '1' })))).toMatchObject({ code: 'COUNTER_INPUT_INVALID' });
  });

  it('on the same day goes by the place, not by UTC', async () => {
    const { scheme, clock } = await counter({ fee, refund: 'same-day', timeZone: 'Asia/Colombo' }, '2026-11-25T17:00:00.000Z');
    for (const id of ['p1', 'p2', 'p3']) await scheme.capture(act(id));
    clock.pass(5400 - 1); // 23:59:59 in Colombo
    expect(await scheme.refund(act('p1'))).toMatchObject({ account: 'till/clerk-1' });
    clock.pass(1);
    expect(await refusalOf(scheme.refund(act('p2')))).toMatchObject({ status: 422, code: 'REFUND_TOO_LATE' });
    // What was given back stays given back.
    expect(await scheme.refund(act('p1'))).toMatchObject({ account: 'till/clerk-1' });
    const utc = await counter({ fee, refund: 'same-day' }, '2026-11-25T17:00:00.000Z');
    await utc.scheme.capture(act('p1'));
    utc.clock.pass(5400);
    expect(await utc.scheme.refund(act('p1'))).toMatchObject({ account: 'till/clerk-1' });
  });
});
