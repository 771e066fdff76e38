/**
 * The formats and annotations that record schemas use: a closed set, so that a schema published with a
 * certificate type means the same to every validator, today and in ten years.
 */
export const RECORD_FORMATS = {
  /** `YYYY-MM-DD`, a day that exists. */
  date: (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && isCalendarDate(text),
  /** RFC 3339 with its offset; upper-case T and Z, no leap second (XSD 1.1 dateTimeStamp knows none). */
  'date-time': isDateTime,
  /** `YYYY`, `YYYY-MM` or `YYYY-MM-DD`: as precise as it is known. */
  'partial-date': isCalendarDate,
  /** Either of the two. */
  'date-or-date-time': (text: string) => isDateTime(text) || (text.length === 10 && isCalendarDate(text)),
} as const satisfies Readonly<Record<string, (text: string) => boolean>>;

/** Annotations of a field; none of them changes what is valid. */
export const RECORD_KEYWORDS = ['x-personal', 'x-index', 'x-label', 'x-print', 'x-column', 'x-iri'] as const;

function isCalendarDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text) ?? [];
  if (year === undefined || year === '0000') return false;
  const date = new Date(`${year}-${month ?? '01'}-${day ?? '01'}T00:00:00Z`);
  // Date rolls 30 February over into March, so the day must come back as it went in.
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day ?? 1);
}

function isDateTime(text: string): boolean {
  const parts = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)$/.exec(text);
  return parts !== null && isCalendarDate(parts[1] as string);
}
