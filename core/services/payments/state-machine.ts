import type { PaymentScheme, PaymentState } from '../../api/index.js';

export type ActName = 'authorize' | 'capture' | 'cancel' | 'refund';

export interface StateMachine<State extends string = string, Act extends string = string> {
  readonly initial: State;
  readonly states: Readonly<Record<State, { readonly isFinal?: true }>>;
  /** `needs`: what else a scheme that offers the act must offer. */
  readonly acts: Readonly<Record<Act, { readonly from: readonly State[]; readonly to: State; readonly needs?: readonly Act[] }>>;
}

/**
 * The life of a payment, as data. A payment that is due is cancelled without its scheme, which knows nothing of it yet.
 */
export const PAYMENT_MACHINE: StateMachine<PaymentState, ActName> = {
  initial: 'due',
  states: { due: {}, authorized: {}, captured: {}, cancelled: { isFinal: true }, refunded: { isFinal: true } },
  acts: {
    authorize: { from: ['due'], to: 'authorized', needs: ['capture', 'cancel'] },
    capture: { from: ['due', 'authorized'], to: 'captured' },
    cancel: { from: ['due', 'authorized'], to: 'cancelled', needs: ['authorize'] },
    refund: { from: ['captured'], to: 'refunded', needs: ['capture'] },
  },
};

export const ACT_NAMES = Object.keys(PAYMENT_MACHINE.acts) as ActName[];

/** What is unsound in a machine: the house does not start with one. */
export function machineFaults(machine: StateMachine): string[] {
  const faults: string[] = [];
  const isState = (name: string) => Object.hasOwn(machine.states, name);
  const acts = Object.entries(machine.acts);
  if (!isState(machine.initial)) faults.push(`it begins in '${machine.initial}', which is no state`);
  for (const [name, { from, to, needs = [] }] of acts) {
    if (from.length === 0) faults.push(`${name} leads from nowhere`);
    for (const state of [...from, to]) if (!isState(state)) faults.push(`${name} knows a state '${state}' that is none`);
    for (const state of from) if (machine.states[state]?.isFinal) faults.push(`${name} leads out of '${state}', which is final`);
    for (const other of needs) if (!Object.hasOwn(machine.acts, other)) faults.push(`${name} needs '${other}', which is no act`);
    if (from.includes(to)) faults.push(`${name} leads from '${to}' to itself`);
  }
  const reached = reachedFrom(machine);
  for (const [state, { isFinal }] of Object.entries(machine.states)) {
    if (!reached.has(state)) faults.push(`nothing leads to '${state}'`);
    if (!isFinal && !acts.some(([, { from }]) => from.includes(state))) faults.push(`nothing leads out of '${state}', which is not final`);
  }
  return faults;
}

function reachedFrom(machine: StateMachine): Set<string> {
  const reached = new Set([machine.initial]);
  for (let before = 0; before < reached.size; ) {
    before = reached.size;
    for (const { from, to } of Object.values(machine.acts)) if (from.some((state) => reached.has(state))) reached.add(to);
  }
  return reached;
}

/** What makes no sense in the acts that a scheme offers: it is refused before anybody pays through it. */
export function schemeFaults(name: string, scheme: PaymentScheme): string[] {
  const offers = (act: ActName) => typeof scheme[act] === 'function';
  const wrong = ACT_NAMES.filter((act) => scheme[act] !== undefined && !offers(act)).map((act) => `${name}: ${act} is no function`);
  const alone = ACT_NAMES.filter(offers).flatMap((act) =>
    (PAYMENT_MACHINE.acts[act].needs ?? []).filter((other) => !offers(other)).map((other) => `${name} offers ${act} without ${other}`),
  );
  return [...wrong, ...alone];
}

/** May `act` be done to a payment in `state`? */
export const isAllowed = (act: ActName, state: PaymentState): boolean => PAYMENT_MACHINE.acts[act].from.includes(state);
