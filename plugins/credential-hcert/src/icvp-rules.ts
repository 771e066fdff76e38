import { RECORD_FORMATS, type VerdictReason } from '@divoc/core/api';

export type IcvpDisease = 'yellow fever' | 'poliomyelitis';

/** What WHO approves: product ids (http://smart.who.int/icvp/ValueSet/ICVPProductIds), and the disease of each. */
export type IcvpProducts = ReadonlyMap<string, IcvpDisease>;

export interface IcvpResult {
  /** Undefined where what the rules need is missing. */
  readonly table?: 'ICVP.DT.1' | 'ICVP.DT.2';
  readonly rule?: 1 | 2 | 3;
  /** Why the certificate is not valid for travel; undefined when it is. */
  readonly failing?: VerdictReason;
}

/** Yellow fever protects from the tenth day on, for life (IHR, annex 7). */
const YELLOW_FEVER_DAYS = 10;
const DAY = 86_400_000;

type Json = Readonly<Record<string, unknown>>;

/**
 * Decision tables ICVP.DT.1 and ICVP.DT.2, and what must be there for them. Takes all three forms: the vaccination stands
 * in `v` (2024, 2025) or in `vx` (from April 2026), its date in `dt` or `dv`.
 *
 * Days are calendar days of UTC, without clock time. Product ids are compared as they are written; WHO leaves open
 * whether their case counts.
 */
export function icvpRule(certificate: Json, at: Date, products: IcvpProducts): IcvpResult {
  const vaccination = vaccinationOf(certificate);
  const date = vaccination?.dt ?? vaccination?.dv;
  if (!vaccination || !isDay(date) || !isText(vaccination.vp) || !isText(vaccination.bo)) return { failing: 'ICVP_INCOMPLETE' };
  if (!isText(vaccination.cn) && !isText(vaccination.is)) return { failing: 'ICVP_INCOMPLETE' };
  const days = (dayOf(at) - Date.parse(`${date}T00:00:00Z`)) / DAY;
  // Written so that an invalid `at` is before everything.
  if (!(days >= 0)) return { failing: 'ICVP_DATE_IN_FUTURE' };
  const outside = outsideDays(vaccination, at);
  return outside ? { failing: outside } : decision(products.get(vaccination.vp), days);
}

/** Exactly one rule of a table applies. The disease comes from the product; without one, the first rule of both is the same. */
function decision(disease: IcvpDisease | undefined, days: number): IcvpResult {
  if (disease === undefined) return { rule: 1, failing: 'ICVP_PRODUCT_NOT_APPROVED' };
  if (disease === 'poliomyelitis') return { table: 'ICVP.DT.2', rule: 2 };
  return days < YELLOW_FEVER_DAYS ? { table: 'ICVP.DT.1', rule: 2, failing: 'ICVP_TOO_RECENT' } : { table: 'ICVP.DT.1', rule: 3 };
}

function vaccinationOf({ v, vx }: Json): Json | undefined {
  const found = isObject(vx) ? vx : v;
  return isObject(found) ? found : undefined;
}

/** Until 2026 the first and last day of validity stood with the vaccination; both belong to it. */
function outsideDays({ vls, vle }: Json, at: Date): VerdictReason | undefined {
  if (isDay(vls) && dayOf(at) < Date.parse(`${vls}T00:00:00Z`)) return 'NOT_YET_VALID';
  return isDay(vle) && dayOf(at) > Date.parse(`${vle}T00:00:00Z`) ? 'EXPIRED' : undefined;
}

const dayOf = (at: Date): number => Math.floor(at.getTime() / DAY) * DAY;
const isDay = (value: unknown): value is string => typeof value === 'string' && RECORD_FORMATS.date(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
