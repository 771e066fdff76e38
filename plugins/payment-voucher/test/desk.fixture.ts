import type { PaymentAct, PaymentScheme, RouteReply, Routes } from '@divoc/core/api';
import { type HandClock, handClock, type LogLine, listeningLog, type MemoryState, memoryState, setUpPart } from '@divoc/core/testkit';
import plugin from '../plugin.js';

export const lkr = (amount: string) => ({ amount, currency: 'LKR' });
export const FEE = lkr('25000');
export const PURPOSE = { programme: 'covid-19', doseNumber: 1 };

export interface Issued {
  readonly id: string;
  readonly vouchers: readonly { readonly serial: string; readonly code: string }[];
}

/** The plugin as a house would run it. */
export interface Desk {
  readonly scheme: Required<PaymentScheme>;
  readonly routes: Routes;
  readonly state: MemoryState;
  readonly clock: HandClock;
  readonly lines: LogLine[];
  call(
    route: string,
    sent?: { params?: Record<string, string>; query?: Record<string, string>; body?: unknown; actor?: string },
  ): Promise<RouteReply>;
  issue(more?: object): Promise<Issued>;
  /** The code of a new voucher. */
  code(more?: object): Promise<string>;
  /** Minor units that were taken from all vouchers. */
  taken(): bigint;
}

export async function desk(config: object = { fee: FEE }): Promise<Desk> {
  const state = memoryState();
  const clock = handClock();
  const { log, lines } = listeningLog();
  const part = await setUpPart(plugin, { config, uses: { state }, clock, log });
  const { handlers } = part.ports.routes as Routes;
  const call: Desk['call'] = async (route, { params = {}, query = {}, body = {}, actor = 'issuer' } = {}) => {
    const handler = handlers[route];
    if (!handler) throw new Error(`no route ${route}`);
    return handler({ params, query, body, headers: {}, actor: { id: actor, roles: [], scopes: [] } });
  };
  const issue = async (more: object = {}): Promise<Issued> => {
    const body = { count: 1, value: FEE, programme: 'covid-19', expiresAt: '2027-01-01T00:00:00Z', ...more };
    return (await call('issue', { body })).body as Issued;
  };
  return {
    scheme: part.ports.scheme as Required<PaymentScheme>,
    routes: part.ports.routes as Routes,
    state,
    clock,
    lines,
    call,
    issue,
    code: async (more) => (await issue(more)).vouchers[0]?.code as string,
    taken() {
      const values = (prefix: string) =>
        [...state.entries].filter(([key]) => key.startsWith(prefix)).map(([key, { value }]) => [key, value] as const);
      const worth = new Map(
        values('batch/').map(([key, value]) => [key.slice('batch/'.length), BigInt((value as { value: { amount: string } }).value.amount)]),
      );
      return values('voucher/').reduce((sum, [key, value]) => {
        const left = BigInt((value as { balance: string }).balance);
        if (left < 0n) throw new Error(`${key} is below zero`);
        return sum + (worth.get(key.split('/')[1] as string) as bigint) - left;
      }, 0n);
    },
  };
}

let opened = 0;
export function payment(
  input: Record<string, unknown>,
  { due = FEE, purpose = PURPOSE as PaymentAct['payment']['purpose'], actor = 'clerk', id = '' } = {},
): PaymentAct {
  opened += 1;
  return { payment: { id: id || `payment-${opened}`, purpose, due }, input, actor };
}
