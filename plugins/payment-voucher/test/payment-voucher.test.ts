import { isRefusal, type Refusal } from '@divoc/core/api';
import { holdTo, paymentSchemeContract } from '@divoc/core/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import plugin from '../plugin.js';
import { newVoucherCode, printedCode } from '../src/voucher-code.js';
import { desk, FEE, lkr, PURPOSE, payment } from './desk.fixture.js';

async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  const error = await work.catch((thrown: unknown) => thrown);
  if (!isRefusal(error)) throw new Error('expected a Refusal', { cause: error });
  return error;
}

holdTo(it, paymentSchemeContract, async () => {
  const { scheme, state, code, taken } = await desk({ fee: FEE, wrongCodesPerHour: 1000 });
  return {
    scheme,
    purpose: PURPOSE,
    input: async () => ({ code: await code() }),
    wrongInputs: [
      { code: printedCode(newVoucherCode()) },
      { code: '7KQ2-9XWT-40HM-2ZRB-0' },
      { code: 12_345 },
      {},
      { code: await code({ programme: 'flu' }) },
      { code: await code(), pin: 'secret-pin' },
    ],
    memory: () => [...state.entries.values()],
    taken: async () => taken(),
    crashBefore: (write) => {
      state.crashBefore = write;
    },
  };
});

describe('a voucher', () => {
  it('pays a fee under its serial number, which is not its code', async () => {
    const { scheme, issue } = await desk();
    const { vouchers } = await issue();
    const [{ serial, code }] = vouchers as [{ serial: string; code: string }];
    expect(await scheme.capture(payment({ code }))).toEqual({ account: 'vouchers', reference: serial });
    expect(serial).toMatch(/^[0-9A-Z]{8}-0001$/);
    expect(code).not.toContain(serial.slice(0, 8));
  });

  it.each([
    (code: string) => code.toLowerCase(),
    (code: string) => code.replaceAll('-', ''),
    (code: string) => ` ${code.replaceAll('0', 'o').replaceAll('1', 'l')} `,
  ])('is read as people write it', async (written) => {
    const { scheme, code } = await desk();
    for (let i = 0; i < 20; i += 1)
      expect(await scheme.capture(payment({ code: written(await code()) }))).toMatchObject({ account: 'vouchers' });
  });

  it('is used until nothing is left, and never below zero, however many use it at once', async () => {
    const { scheme, code, taken } = await desk({ fee: FEE, wrongCodesPerHour: 1000 });
    const shared = await code({ value: lkr('130000') });
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => scheme.capture(payment({ code: shared })).catch((error: unknown) => error)),
    );
    expect(outcomes.filter((outcome) => !isRefusal(outcome))).toHaveLength(5);
    expect(outcomes.filter(isRefusal).every(({ code }) => code === 'VOUCHER_NOT_ACCEPTED')).toBe(true);
    expect(taken()).toBe(125_000n);
    // What is left pays no whole fee.
    expect(await refusalOf(scheme.capture(payment({ code: shared })))).toMatchObject({ code: 'VOUCHER_NOT_ACCEPTED' });
    expect(await scheme.capture(payment({ code: shared }, { due: lkr('5000') }))).toMatchObject({ account: 'vouchers' });
  });

  it('pays once when two of them race for one payment', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { scheme, code, taken } = await desk();
      const codes = await Promise.all([code(), code(), code()]);
      const id = `race-${round}`;
      const settled = await Promise.all(codes.map((each) => scheme.capture(payment({ code: each }, { id }))));
      expect(new Set(settled.map(({ reference }) => reference)).size).toBe(1);
      expect(taken()).toBe(25_000n);
    }
  });

  it('that is used up between claim and payment leaves the payment free for another one', async () => {
    const { scheme, code, state, taken } = await desk();
    const [first, second] = [await code(), await code()];
    const stuck = payment({ code: first });
    state.crashBefore = 2;
    await expect(scheme.capture(stuck)).rejects.toThrow('killed');
    state.crashBefore = undefined;
    await scheme.capture(payment({ code: first }));
    // The claim of the first try is gone on with, and comes to nothing.
    expect(await refusalOf(scheme.capture(stuck))).toMatchObject({ code: 'VOUCHER_NOT_ACCEPTED' });
    expect(await scheme.capture({ ...stuck, input: { code: second } })).toMatchObject({ account: 'vouchers' });
    expect(taken()).toBe(50_000n);
  });

  it('that was given back pays again', async () => {
    const { scheme, code, taken } = await desk();
    const once = await code();
    const [first, second] = [payment({ code: once }), payment({ code: once })];
    await scheme.capture(first);
    expect(await refusalOf(scheme.capture(second))).toMatchObject({ code: 'VOUCHER_NOT_ACCEPTED' });
    await scheme.refund(first);
    await scheme.capture(second);
    await scheme.refund(first);
    expect(taken()).toBe(25_000n);
    expect(await refusalOf(scheme.capture(first))).toMatchObject({ code: 'VOUCHER_PAYMENT_ENDED' });
  });

  it.each<[string, object, object]>([
    ['another programme', { programme: 'flu' }, {}],
    ['another dose', { doseNumber: 2 }, {}],
    ['another facility', { facility: 'F1' }, { purpose: { ...PURPOSE, facility: 'F2' } }],
    ['a facility that is not named', { facility: 'F1' }, {}],
    ['another currency', { value: { amount: '99999999', currency: 'USD' } }, {}],
    ['less than the fee', { value: lkr('24999') }, {}],
  ])('for %s is not accepted', async (_what, issued, paid) => {
    const { scheme, code, taken } = await desk();
    const refusal = await refusalOf(scheme.capture(payment({ code: await code(issued) }, paid)));
    expect(refusal).toMatchObject({ status: 422, code: 'VOUCHER_NOT_ACCEPTED', errors: [{ pointer: '/code' }] });
    expect(taken()).toBe(0n);
  });

  it('is good at its own facility, and for its own dose', async () => {
    const { scheme, code } = await desk();
    const bound = await code({ facility: 'F1', doseNumber: 1 });
    expect(await scheme.capture(payment({ code: bound }, { purpose: { ...PURPOSE, facility: 'F1' } }))).toMatchObject({
      account: 'vouchers',
    });
  });

  it('expires at its instant; what it holds by then may still be captured, and what it paid may be given back', async () => {
    const { scheme, code, clock, taken } = await desk();
    const options = { value: lkr('75000'), expiresAt: '2026-11-23T11:00:00Z' };
    const shared = await code(options);
    const [held, paid] = [payment({ code: shared }), payment({ code: shared })];
    await scheme.authorize(held);
    clock.pass(3599);
    await scheme.capture(paid);
    clock.pass(1);
    expect(await refusalOf(scheme.capture(payment({ code: shared })))).toMatchObject({ code: 'VOUCHER_NOT_ACCEPTED' });
    await scheme.capture({ ...held, input: {} });
    await scheme.refund({ ...paid, input: {} });
    expect(taken()).toBe(25_000n);
  });
});

describe('whoever guesses', () => {
  it('is told the same of a code that does not exist and of one that is no good any more', async () => {
    const { scheme, code, issue, call, clock } = await desk();
    const used = await code();
    await scheme.capture(payment({ code: used }));
    const { id, vouchers } = await issue({ count: 2 });
    await call('revoke', { params: { id } });
    const early = await code({ expiresAt: '2026-11-23T10:00:01Z' });
    clock.pass(2);
    const said = new Set<string>();
    for (const each of [printedCode(newVoucherCode()), used, vouchers[0]?.code, early]) {
      const { status, code: name, message, errors, headers } = await refusalOf(scheme.capture(payment({ code: each })));
      said.add(JSON.stringify([status, name, message, errors, headers]));
      expect([...said].join()).not.toContain(each);
    }
    expect(said.size).toBe(1);
  });

  it('is stopped for an hour, and nobody else is', async () => {
    const { scheme, code, clock } = await desk({ fee: FEE, wrongCodesPerHour: 3 });
    const guess = (actor: string) => refusalOf(scheme.capture(payment({ code: printedCode(newVoucherCode()) }, { actor })));
    for (let i = 0; i < 3; i += 1) expect((await guess('eve')).code).toBe('VOUCHER_NOT_ACCEPTED');
    clock.pass(600);
    const stopped = await guess('eve');
    expect(stopped).toMatchObject({ status: 429, code: 'VOUCHER_TRIES_EXHAUSTED', headers: { 'retry-after': '3000' } });
    const good = await code();
    expect(await refusalOf(scheme.capture(payment({ code: good }, { actor: 'eve' })))).toMatchObject({ status: 429 });
    expect((await guess('clerk')).code).toBe('VOUCHER_NOT_ACCEPTED');
    clock.pass(3000);
    expect(await scheme.capture(payment({ code: good }, { actor: 'eve' }))).toMatchObject({ account: 'vouchers' });
  });

  it('is not who mistypes: the check symbol tells, and nothing is looked up', async () => {
    const { scheme, code } = await desk({ fee: FEE, wrongCodesPerHour: 1 });
    const right = await code();
    const wrong = (right.startsWith('7') ? '8' : '7') + right.slice(1);
    for (let i = 0; i < 5; i += 1)
      expect(await refusalOf(scheme.capture(payment({ code: wrong })))).toMatchObject({ code: 'VOUCHER_CODE_MISTYPED' });
    expect(await scheme.capture(payment({ code: right }))).toMatchObject({ account: 'vouchers' });
  });

  it('finds nothing, whatever is sent', async () => {
    const { scheme, issue, taken } = await desk({ fee: FEE, wrongCodesPerHour: 10_000 });
    await issue({ count: 20 });
    const input = fc.oneof(fc.record({ code: fc.oneof(fc.string(), fc.jsonValue()) }), fc.dictionary(fc.string(), fc.jsonValue()));
    await fc.assert(
      fc.asyncProperty(input, async (sent) => {
        expect((await refusalOf(scheme.capture(payment(sent)))).status).toBe(422);
      }),
    );
    expect(taken()).toBe(0n);
  });
});

describe('a model of many vouchers and payments', () => {
  it('agrees on what was taken, in any order of acts', async () => {
    const command = fc.tuple(fc.constantFrom('authorize', 'capture', 'cancel', 'refund'), fc.nat(5), fc.nat(2));
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 25 }), async (commands) => {
        const { scheme, code, taken } = await desk({ fee: FEE, wrongCodesPerHour: 1000 });
        const codes = [await code({ value: lkr('50000') }), await code({ value: lkr('50000') }), await code({ value: lkr('50000') })];
        const left = [2, 2, 2];
        const model = new Map<number, { state: string; voucher: number }>();
        for (const [act, p, v] of commands) {
          const outcome = await scheme[act as 'capture'](payment({ code: codes[v] }, { id: `p${p}` })).catch((error: unknown) => error);
          const known = model.get(p);
          const can: Record<string, boolean> = {
            authorize: known ? ['held', 'captured'].includes(known.state) : left[v]! > 0,
            capture: known ? ['held', 'captured'].includes(known.state) : left[v]! > 0,
            cancel: !known || ['held', 'cancelled'].includes(known.state),
            refund: known !== undefined && ['captured', 'refunded'].includes(known.state),
          };
          expect([act, isRefusal(outcome)]).toEqual([act, !can[act]]);
          if (!can[act]) continue;
          if (act === 'authorize' && !known) model.set(p, { state: 'held', voucher: v });
          if (act === 'capture') model.set(p, { state: 'captured', voucher: known?.voucher ?? v });
          if (act === 'cancel' && known) model.set(p, { ...known, state: 'cancelled' });
          if (act === 'refund' && known) model.set(p, { ...known, state: 'refunded' });
          if ((act === 'authorize' || act === 'capture') && !known) left[v]! -= 1;
          if ((act === 'cancel' && known?.state === 'held') || (act === 'refund' && known?.state === 'captured')) left[known.voucher]! += 1;
        }
        expect(taken()).toBe(25_000n * BigInt(6 - left[0]! - left[1]! - left[2]!));
      }),
      { numRuns: 60 },
    );
  });
});

it('finds settings wrong before anything starts', async () => {
  const found = await plugin.check?.({
    config: { programmes: {} } as never,
    instance: 'voucher',
    profile: 'production',
    adopter: '/',
    declared: () => ({}),
  });
  expect(found).toMatchObject([{ code: 'FEES_MISSING' }]);
  const { scheme } = await desk({ programmes: { flu: { fee: FEE } } });
  expect(await scheme.quote({ programme: 'flu', doseNumber: 1 })).toEqual({ due: FEE, payer: 'sponsor' });
  expect(await refusalOf(scheme.quote(PURPOSE))).toMatchObject({ code: 'FEE_UNKNOWN', errors: [{ pointer: '/programme' }] });
});
