import type { TemplateManifest } from '../../../internal/index.js';
import { type ArgumentValues, type IcuMessage, icuMessage } from './icu-message.js';

/** Texts by key. */
export type Texts = Readonly<Record<string, string>>;
/** Says all texts of one language with the values of one certificate. */
export type SayTexts = (values: ArgumentValues) => Texts;

/** The text above the record's own fields is named for the record: `vaccination`, `testReport`. */
export const headingKey = (record: string): string => record.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** The locale that writes a language's numbers and dates: Gregorian and in Latin digits, since certificates are read abroad. */
export const localeOf = (language: string, { locales }: Pick<TemplateManifest, 'locales'>): string =>
  locales?.[language] ?? new Intl.Locale(language, { calendar: 'gregory', numberingSystem: 'latn' }).toString();

/** Compiles the messages of each language; with `fallback`, those that one lacks are those of the first. */
export function templateTexts(
  manifest: TemplateManifest,
  messages: ReadonlyMap<string, Readonly<Record<string, string>>>,
): ReadonlyMap<string, SayTexts> {
  const compiled = new Map<string, ReadonlyMap<string, IcuMessage>>();
  for (const language of manifest.languages) {
    const locale = localeOf(language, manifest);
    compiled.set(language, new Map(Object.entries(messages.get(language) ?? {}).map(([key, text]) => [key, icuMessage(text, locale)])));
  }
  const first = manifest.fallback ? compiled.get(manifest.languages[0] as string) : undefined;
  return new Map([...compiled].map(([language, own]) => [language, sayer(new Map([...(first ?? []), ...own]))]));
}

const sayer =
  (messages: ReadonlyMap<string, IcuMessage>): SayTexts =>
  (values) =>
    Object.fromEntries([...messages].map(([key, message]) => [key, message.format(values)]));
