import type { Verdict } from '../../api/ports/credential-format.js';
import { SPANISH } from './es.js';
import { FRENCH } from './fr.js';
import { PORTUGUESE } from './pt.js';
import { ENGLISH, type ReasonTexts } from './reason-texts.js';

/** The words for reasons by language (BCP 47). */
export type ReasonLanguages = Readonly<Record<string, ReasonTexts>>;

export const REASON_LANGUAGES: ReasonLanguages = { en: ENGLISH, fr: FRENCH, es: SPANISH, pt: PORTUGUESE };

/**
 * The language of these that meets a wish: the very tag, else its primary language (`fr-CA` is met by `fr`). Undefined when
 * there is none.
 */
export function languageFor(wish: string, languages: ReasonLanguages = REASON_LANGUAGES): string | undefined {
  const known = (tag: string | undefined) => Object.keys(languages).find((name) => name.toLowerCase() === tag?.toLowerCase());
  return known(wish) ?? known(wish.split('-')[0]);
}

/** The verdict with its reasons in this language; in English where nobody has words for it. Its codes stay. */
export function verdictIn<V extends Pick<Verdict, 'reasons'>>(verdict: V, wish: string, languages: ReasonLanguages = REASON_LANGUAGES): V {
  const language = languageFor(wish, languages);
  const texts: Readonly<Record<string, string>> = language === undefined ? ENGLISH : (languages[language] as ReasonTexts);
  const reasons = verdict.reasons.map(({ code, text }) => ({ code, text: Object.hasOwn(texts, code) ? (texts[code] as string) : text }));
  return { ...verdict, reasons };
}
