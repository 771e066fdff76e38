import { isObject } from '@divoc/core/api';

/**
 * Do the values that may have changed places contradict each other? A dose beyond the last one, or a date after the end.
 *
 * Values that are missing or of another form contradict nothing. Days are compared, since some have a time and others none.
 */
export function isImplausible({ evidence }: Readonly<Record<string, unknown>>): boolean {
  return (Array.isArray(evidence) ? evidence : [evidence])
    .filter(isObject)
    .some(({ dose, totalDoses, date, effectiveStart, effectiveUntil }) => {
      const [given, total] = [numberOf(dose), numberOf(totalDoses)];
      const [first, last] = [dayOf(effectiveStart), dayOf(effectiveUntil)];
      return isAfter(given, total) || isAfter(dayOf(date), last) || isAfter(first, last);
    });
}

const isAfter = <T extends number | string>(a: T | undefined, b: T | undefined): boolean => a !== undefined && b !== undefined && a > b;

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : undefined;
}

const dayOf = (value: unknown): string | undefined => (typeof value === 'string' ? /^\d{4}-\d{2}-\d{2}/.exec(value)?.[0] : undefined);
