import { isMoney, moneySchema } from './money.js';
import type { Finding, JsonSchema } from './plugin.js';
import type { Money, Purpose } from './ports/payment-scheme.js';

/** What doses cost, as the settings of a scheme say it. The nearest word holds: dose, programme, all others. */
export interface FeeTable {
  /** For programmes that `programmes` does not name; without it those are not served. */
  readonly fee?: Money;
  readonly programmes: Readonly<Record<string, { readonly fee?: Money; readonly doses: Readonly<Record<string, Money>> }>>;
}

/** The settings `fee` and `programmes` of a scheme. */
export const feeSettings: Readonly<Record<keyof FeeTable, JsonSchema>> = {
  fee: { ...moneySchema, description: 'What a dose costs where programmes says nothing else; "0" costs nothing.' },
  programmes: {
    type: 'object',
    default: {},
    description: 'Fees by programme: one for all its doses, or by the number of the dose.',
    additionalProperties: {
      type: 'object',
      additionalProperties: false,
      properties: {
        fee: moneySchema,
        doses: {
          type: 'object',
          default: {},
          additionalProperties: moneySchema,
          propertyNames: { type: 'string', pattern: '^[1-9][0-9]{0,2}$' },
        },
      },
    },
  },
};

/** What is due for a purpose: null when its fee is zero, undefined when the table does not say. */
export function feeFor({ fee, programmes }: FeeTable, { programme, doseNumber }: Purpose): Money | null | undefined {
  const own = Object.hasOwn(programmes, programme) ? programmes[programme] : undefined;
  const dose = own && Object.hasOwn(own.doses, String(doseNumber)) ? own.doses[String(doseNumber)] : undefined;
  const found = dose ?? own?.fee ?? fee;
  return found?.amount === '0' ? null : found;
}

/** What a JSON Schema cannot say of a table: whether its currencies exist, and whether it says anything. */
export function feeFindings(table: FeeTable): Finding[] {
  const own = Object.entries(table.programmes).flatMap(([name, { fee, doses }]): [string, Money | undefined][] => {
    const at = `/programmes/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return [[`${at}/fee`, fee], ...Object.entries(doses).map(([dose, money]): [string, Money] => [`${at}/doses/${dose}`, money])];
  });
  const fees = [['/fee', table.fee] as const, ...own].filter((entry): entry is [string, Money] => entry[1] !== undefined);
  if (fees.length === 0)
    return [{ pointer: '', code: 'FEES_MISSING', message: 'nothing here says what a dose costs; give fee, or fees by programme' }];
  return fees
    .filter(([, money]) => !isMoney(money))
    .map(([at, { currency }]) => ({
      pointer: `${at}/currency`,
      code: 'CURRENCY_UNKNOWN',
      message: `must be an ISO 4217 code, not ${JSON.stringify(currency)}`,
    }));
}
