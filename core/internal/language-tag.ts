/** Is it a BCP 47 tag, written as IANA writes it, of a language that has a name? */
export function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag)[0] === tag && NAMES.of(new Intl.Locale(tag).language) !== undefined;
  } catch {
    return false;
  }
}
const NAMES = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
