import type { PaymentScheme, PaymentState } from '../../api/index.js';

export const ACTS = ['authorize', 'capture', 'cancel', 'refund'] as const;
export type Act = (typeof ACTS)[number];

interface Transition {
  readonly from: readonly PaymentState[];
  readonly to: PaymentState;
}

/** How a payment may go. A scheme has those acts whose method it has. */
export const TRANSITIONS: Readonly<Record<Act, Transition>> = {
  authorize: { from: ['due'], to: 'authorized' },
  capture: { from: ['due', 'authorized'], to: 'captured' },
  cancel: { from: ['due', 'authorized'], to: 'cancelled' },
  refund: { from: ['captured'], to: 'refunded' },
};

export const INITIAL: PaymentState = 'due';
export const TERMINAL: readonly PaymentState[] = ['cancelled', 'refunded'];

/** What is wrong with a machine of states; checked when the house starts, so that no payment finds out first. */
export function machineMistakes(
  transitions: Readonly<Record<string, Transition>>,
  states: readonly string[],
  initial: string,
  terminal: readonly string[],
): string[] {
  const all = Object.entries(transitions);
  const unknown = all.flatMap(([act, { from, to }]) =>
    [...from, to].filter((state) => !states.includes(state)).map((state) => `${act} names the state '${state}', which does not exist`),
  );
  const reached = new Set([initial]);
  for (let before = 0; before !== reached.size; ) {
    before = reached.size;
    for (const [, { from, to }] of all) if (from.some((state) => reached.has(state))) reached.add(to);
  }
  const unreachable = states.filter((state) => !reached.has(state)).map((state) => `nothing leads to '${state}'`);
  const left = new Set<string>(all.flatMap(([, { from }]) => from));
  const notTerminal = terminal.filter((state) => left.has(state)).map((state) => `'${state}' is terminal, and something leads out of it`);
  const dead = states.filter((state) => !left.has(state) && !terminal.includes(state)).map((state) => `nothing leads out of '${state}'`);
  return [...unknown, ...unreachable, ...notTerminal, ...dead];
}

/** A scheme whose acts cannot be carried through: money that is held or taken must be able to move on. */
export function schemeMistakes(name: string, scheme: PaymentScheme): string[] {
  const has = (act: Act): boolean => typeof scheme[act] === 'function';
  return [
    ...(typeof scheme.quote === 'function' ? [] : [`${name} cannot quote a price`]),
    ...(has('refund') && !has('capture') ? [`${name} refunds and cannot capture`] : []),
    ...(has('authorize') && !has('capture') ? [`${name} authorizes and cannot capture`] : []),
    ...(has('authorize') && !has('cancel') ? [`${name} authorizes and cannot cancel: what it holds would be held for ever`] : []),
  ];
}
