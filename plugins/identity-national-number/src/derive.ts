import type { NumberDefinition } from './number-definition.js';
import { wholePattern } from './safe-pattern.js';

export interface Derived {
  readonly birthDate?: string;
  /** FHIR administrative gender. */
  readonly gender?: 'male' | 'female';
}

/** What a canonical number says of its holder; undefined when it names a day that does not exist or has not come. */
export function derive({ parts, birth, sex }: NumberDefinition, canonical: string, now: Date): Derived | undefined {
  if (parts === undefined) return {};
  const groups = wholePattern(parts).exec(canonical)?.groups ?? {};
  if (birth?.kind === 'day-of-year') return byDayOfYear(groups, now);
  const birthDate = birth && byYearMonthDay(groups, birth.centuries, now);
  if (birth && birthDate === undefined) return undefined;
  const gender = sex && genderOf(groups.sex ?? '', sex);
  return { ...(birthDate !== undefined && { birthDate }), ...(gender && { gender }) };
}

type Groups = Readonly<Record<string, string | undefined>>;

function byYearMonthDay(groups: Groups, centuries: Readonly<Record<string, string>> | undefined, now: Date): string | undefined {
  const { year = '', month = '', day = '', century } = groups;
  if (year.length === 4) return existing(`${year}-${month}-${day}`, now);
  if (centuries) return existing(`${centuries[century ?? '']}${year}-${month}-${day}`, now);
  return existing(`20${year}-${month}-${day}`, now) ?? existing(`19${year}-${month}-${day}`, now);
}

const WOMEN = 500;
/** As if every year had a 29 February. */
const LEAP_YEAR = 2000;

function byDayOfYear({ year = '', day = '' }: Groups, now: Date): Derived | undefined {
  const isFemale = Number(day) > WOMEN;
  const number = Number(day) - (isFemale ? WOMEN : 0);
  if (number < 1 || number > 366) return undefined;
  const monthAndDay = new Date(Date.UTC(LEAP_YEAR, 0, number)).toISOString().slice(4, 10);
  const birthDate = existing(`${year}${monthAndDay}`, now);
  return birthDate === undefined ? undefined : { birthDate, gender: isFemale ? 'female' : 'male' };
}

function genderOf(value: string, { male, female }: NonNullable<NumberDefinition['sex']>): Derived['gender'] {
  const is = (pattern: string) => wholePattern(pattern).test(value);
  return is(male) ? 'male' : is(female) ? 'female' : undefined;
}

/** The date, when there is such a day and it has come. */
function existing(date: string, now: Date): string | undefined {
  const at = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date) && at <= now ? date : undefined;
}
