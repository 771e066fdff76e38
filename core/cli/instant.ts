import { RECORD_FORMATS } from '../api/record-formats.js';

/** ISO 8601 as clocks and log files write it: seconds and offset may be missing, and the offset may be short. */
const TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(:\d{2})?(?:[.,](\d+))?(?:([Zz])|([+-]\d{2}):?(\d{2})?)?$/;

/** The instant of a text: RFC 3339, a date, which begins at 00:00 UTC, or a time without an offset, which is one of UTC. */
export function readInstant(text: unknown): Date | undefined {
  if (typeof text !== 'string') return undefined;
  const [, day, minutes, seconds, fraction, , hours, rest] = TIME.exec(text) ?? [];
  if (day === undefined) return RECORD_FORMATS.date(text) ? new Date(text) : undefined;
  if (seconds === undefined && fraction !== undefined) return undefined;
  const offset = hours === undefined ? 'Z' : `${hours}:${rest ?? '00'}`;
  const whole = `${day}T${minutes}${seconds ?? ':00'}.${(fraction ?? '0').slice(0, 9)}${offset}`;
  return RECORD_FORMATS['date-time'](whole) ? new Date(whole) : undefined;
}
