import { RECORD_FORMATS } from '../api/record-formats.js';

/** The instant of a text: RFC 3339, a date, which begins at 00:00 UTC, or a time without an offset, which is one of UTC. */
export function readInstant(text: unknown): Date | undefined {
  if (typeof text !== 'string') return undefined;
  const whole = /T[^+-]*\d$/.test(text) ? `${text}Z` : text;
  return RECORD_FORMATS['date-or-date-time'](whole) ? new Date(whole) : undefined;
}
