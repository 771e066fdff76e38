const MEDIUM: Intl.DateTimeFormatOptions = { year: 'numeric', month: 'short', day: 'numeric' };

/** What may be said of a date, from the coarsest. */
const PARTS = [['era', 'year'], ['month'], ['day', 'weekday']] as const;

/**
 * A calendar date (`YYYY`, `YYYY-MM` or `YYYY-MM-DD`) in words, with what is known of it and no more: `1984-03` is March 1984
 * whatever the style asks for. What the style would leave nothing of stays as it is written.
 */
export function formatCalendarDate(date: string, locale: string, style: Intl.DateTimeFormatOptions = MEDIUM): string {
  const [, year, month, day] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(date) ?? [];
  if (year === undefined) return date;
  const precision = day !== undefined ? 3 : month !== undefined ? 2 : 1;
  const known = PARTS.slice(0, precision).flatMap((parts) => parts.filter((part) => style[part] !== undefined));
  if (known.every((part) => part === 'era')) return date;
  const options = Object.fromEntries(known.map((part) => [part, style[part]]));
  // Midnight in UTC, shown in UTC: no zone moves a day.
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(
    new Date(`${year}-${month ?? '01'}-${day ?? '01'}T00:00:00Z`),
  );
}
