/** Scripts that are written from right to left (ISO 15924). */
const RIGHT_TO_LEFT = new Set(['Arab', 'Hebr', 'Thaa', 'Syrc', 'Nkoo', 'Adlm', 'Rohg']);

/**
 * How a language (BCP 47) is written, by its likely script: `Intl.Locale`'s own `textInfo` calls Dhivehi left to right, and is
 * gone in newer versions of Node.js. Throws a RangeError for what is no language tag.
 */
export function directionOf(language: string): 'rtl' | 'ltr' {
  return RIGHT_TO_LEFT.has(new Intl.Locale(language).maximize().script ?? '') ? 'rtl' : 'ltr';
}
