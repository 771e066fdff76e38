import type { Fault } from '../../api/index.js';

type Member = Readonly<Record<string, unknown>>;

interface Rule {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
  readonly fix: string;
  /** True when the record breaks the rule. */
  breaks(record: Member, now: Date): boolean;
}

const member = (record: Member, name: string): Member => (record[name] ?? {}) as Member;
const day = (value: unknown): string | undefined => (typeof value === 'string' ? value.slice(0, 10) : undefined);
const isBlank = (value: unknown): boolean => typeof value === 'string' && value.trim() === '';

/** Dates of different precision are compared as far as both are known. */
function isBefore(a: unknown, b: unknown): boolean {
  const [left, right] = [day(a), day(b)];
  if (left === undefined || right === undefined) return false;
  const length = Math.min(left.length, right.length);
  return left.slice(0, length) < right.slice(0, length);
}

/** Tomorrow in the zone that is furthest ahead has already begun here. */
const latestToday = (now: Date): string => new Date(now.getTime() + 14 * 3_600_000).toISOString();

const blank = (group: string, name: string): Rule => ({
  pointer: group === '' ? `/${name}` : `/${group}/${name}`,
  code: 'TEXT_BLANK',
  detail: 'the text is empty',
  fix: 'Write what the certificate should say.',
  breaks: (record) => isBlank((group === '' ? record : member(record, group))[name]),
});

const RULES: readonly Rule[] = [
  blank('patient', 'name'),
  blank('', 'vaccineName'),
  blank('facility', 'name'),
  {
    pointer: '/doseNumber',
    code: 'DOSE_NUMBER_BELOW_ONE',
    detail: 'doses are counted from 1',
    fix: 'Send 1 for the first dose.',
    breaks: ({ doseNumber }) => typeof doseNumber === 'number' && doseNumber < 1,
  },
  {
    pointer: '/seriesDoses',
    code: 'SERIES_BELOW_ONE',
    detail: 'a series has at least one dose',
    fix: 'Send how many doses the series has, or leave it out.',
    breaks: ({ seriesDoses }) => typeof seriesDoses === 'number' && seriesDoses < 1,
  },
  {
    pointer: '/doseNumber',
    code: 'DOSE_BEYOND_SERIES',
    detail: 'the dose number is larger than the number of doses in the series',
    fix: 'Correct one of the two; a booster counts in seriesDoses too.',
    breaks: ({ doseNumber, seriesDoses }) => typeof doseNumber === 'number' && typeof seriesDoses === 'number' && doseNumber > seriesDoses,
  },
  {
    pointer: '/occurrenceDateTime',
    code: 'OCCURRENCE_IN_FUTURE',
    detail: 'the dose is dated in the future',
    fix: 'Send when the dose was given.',
    breaks: ({ occurrenceDateTime }, now) => isBefore(latestToday(now), occurrenceDateTime),
  },
  {
    pointer: '/patient/birthDate',
    code: 'BIRTH_AFTER_DOSE',
    detail: 'the date of birth is later than the dose',
    fix: 'Correct one of the two dates.',
    breaks: (record) => isBefore(record.occurrenceDateTime, member(record, 'patient').birthDate),
  },
  {
    pointer: '/patient/birthDate',
    code: 'BIRTH_IMPLAUSIBLE',
    detail: 'the person would be older than 130 years',
    fix: 'Correct the date of birth.',
    breaks: (record, now) => isBefore(member(record, 'patient').birthDate, `${now.getUTCFullYear() - 130}-01-01`),
  },
  {
    pointer: '/effectiveUntil',
    code: 'EFFECT_ENDS_BEFORE_IT_BEGINS',
    detail: 'effectiveUntil is earlier than effectiveFrom',
    fix: 'Correct one of the two dates.',
    breaks: ({ effectiveFrom, effectiveUntil }) => isBefore(effectiveUntil, effectiveFrom),
  },
];

/** What makes no sense in a record that fits its schema. Texts and pointers only, never a value. */
export function implausibilities(record: Member, now: Date): Fault[] {
  return RULES.filter((rule) => rule.breaks(record, now)).map(({ pointer, code, detail, fix }) => ({ pointer, code, detail, fix }));
}
