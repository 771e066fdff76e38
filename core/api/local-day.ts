import { keptByName } from './kept-by-name.js';

/** Is this a time zone (IANA name) that Intl knows? */
export function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}

/** Making one takes a quarter of a millisecond. */
const kept = keptByName((timeZone) => {
  const format = { timeZone, calendar: 'gregory', numberingSystem: 'latn', year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  return new Intl.DateTimeFormat('en', format);
});
const formatOf = (timeZone: string): Intl.DateTimeFormat => kept(timeZone) as Intl.DateTimeFormat;

/** The calendar date of an instant at a place, `2026-11-25`. */
export function dayIn(instant: Date, timeZone: string): string {
  const parts = formatOf(timeZone).formatToParts(instant);
  const { year, month, day } = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return `${String(year).padStart(4, '0')}-${month}-${day}`;
}

/** The day of an instant or a date (RFC 3339): as written where it carries an offset of its own, and that of the zone where it is in UTC. */
export const localDay = (text: string, timeZone: string): string =>
  text.endsWith('Z') ? dayIn(new Date(text), timeZone) : text.slice(0, 10);
