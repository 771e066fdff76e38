/** What a template brings in from outside, so that the same inputs would not give the same bytes. */
export const OUTSIDE: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  { pattern: /(import|include)[^/]*"@/, reason: 'packages are not fetched; copy what is needed into the folder' },
  { pattern: /\btoday\s*\(/, reason: 'the day of printing is not known here; use a date of the data' },
];
