import { describe, expect, it } from 'vitest';
import type { PaymentScheme } from '../../api/index.js';
import { freshScheme, openHouse } from './payments.fixture.js';
import { machineFaults, PAYMENT_MACHINE, type StateMachine, schemeFaults } from './state-machine.js';

interface Patch {
  readonly initial?: string;
  readonly states?: object;
  readonly acts?: object;
}
const patched = ({ initial, states, acts }: Patch): StateMachine =>
  ({
    initial: initial ?? PAYMENT_MACHINE.initial,
    states: { ...PAYMENT_MACHINE.states, ...states },
    acts: { ...PAYMENT_MACHINE.acts, ...acts },
  }) as unknown as StateMachine;

describe('the life of a payment', () => {
  it('is sound', () => expect(machineFaults(PAYMENT_MACHINE)).toEqual([]));

  it.each<[string, Patch, string]>([
    ['a beginning that is no state', { initial: 'new' }, "it begins in 'new'"],
    ['a state that nothing leads to', { states: { lost: { isFinal: true } } }, "nothing leads to 'lost'"],
    ['a state that nothing leads out of', { states: { cancelled: {} } }, "nothing leads out of 'cancelled'"],
    ['an act into a state that is none', { acts: { write: { from: ['due'], to: 'written' } } }, "knows a state 'written'"],
    ['an act out of a final state', { acts: { again: { from: ['refunded'], to: 'due' } } }, "leads out of 'refunded', which is final"],
    ['an act from nowhere', { acts: { never: { from: [], to: 'captured' } } }, 'never leads from nowhere'],
    ['an act that changes nothing', { acts: { wait: { from: ['due'], to: 'due' } } }, 'to itself'],
    ['a need of an act that is none', { acts: { refund: { from: ['captured'], to: 'refunded', needs: ['pray'] } } }, "needs 'pray'"],
  ])('with %s is not', (_what, change, text) => {
    expect(machineFaults(patched(change)).join('; ')).toContain(text);
  });
});

describe('a scheme', () => {
  const quote: PaymentScheme['quote'] = async () => ({ due: null, payer: 'government' });
  const act = async () => ({ account: 'x' });
  it.each<[object, string[]]>([
    [{}, []],
    [{ capture: act }, []],
    [{ capture: act, refund: act }, []],
    [{ authorize: act, capture: act, cancel: act }, []],
    [{ refund: act }, ['x offers refund without capture']],
    [{ authorize: act, capture: act }, ['x offers authorize without cancel']],
    [{ authorize: act, cancel: act }, ['x offers authorize without capture']],
    [{ capture: act, cancel: act }, ['x offers cancel without authorize']],
    [{ capture: 'yes' }, ['x: capture is no function']],
  ])('that offers %j is refused for %j', (acts, faults) => expect(schemeFaults('x', { quote, ...acts } as PaymentScheme)).toEqual(faults));

  it('that makes no sense keeps the house from starting, and is named with all its faults', async () => {
    const schemes = { counter: freshScheme(), broken: { quote, refund: act, authorize: act }, income: { quote } };
    await expect(openHouse({ schemes })).rejects.toThrow(
      /broken offers authorize without capture; broken offers authorize without cancel; broken offers refund without capture; 'income' is an account/,
    );
  });
});
