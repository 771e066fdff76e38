const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of `30m`, `12h` or `7d`. Throws an Error for anything else. */
export function durationOf(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) throw new Error(`'${text}' is not a duration; write one like 30m, 12h or 7d`);
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}
