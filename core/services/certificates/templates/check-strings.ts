import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isLanguageTag, type TemplateManifest } from '../../../internal/index.js';
import type { Findings } from './findings.js';
import { knownHere } from './findings.js';
import { type IcuMessage, IcuSyntaxError, icuMessage, type MessageArgument } from './icu-message.js';
import { placeInText } from './string-files.js';
import { localeOf } from './template-texts.js';

/** What messages can say: names of arguments, each with what can be done with it. */
export type KnownArguments = ReadonlyMap<string, 'number' | 'date' | 'text'>;

interface Language {
  readonly tag: string;
  readonly file: string;
  readonly source: string;
  readonly messages: ReadonlyMap<string, IcuMessage>;
  /** Keys whose message is there, sound or not. */
  readonly keys: ReadonlySet<string>;
}

/** Texts that the house itself takes from a template, besides the heading. */
const OWN_KEYS = ['title', 'qrAlt'];

/** Checks the texts of all languages by themselves and against each other; gives the keys that at least one of them has. */
export function checkStrings(
  folder: string,
  manifest: TemplateManifest,
  { known, heading }: { readonly known: KnownArguments; readonly heading: string },
  findings: Findings,
): ReadonlySet<string> {
  noteUnlisted(folder, manifest.languages, findings);
  const languages = manifest.languages.filter(isLanguageTag).flatMap((tag) => readLanguage(tag, manifest, findings) ?? []);
  const keys = new Set([...languages.flatMap((language) => [...language.keys]), ...OWN_KEYS, heading]);
  const first = manifest.languages[0];
  for (const language of languages) {
    const hasFallback = manifest.fallback === true && language.tag !== first;
    const missing = hasFallback ? [] : [...keys].filter((key) => !language.keys.has(key));
    if (missing.length > 0) {
      const mend = manifest.fallback || language.tag === first ? 'add it' : `add it, or set "fallback": true to show it in ${first}`;
      for (const key of missing)
        findings.add(language.file, { pointer: '' }, 'TEMPLATE_TEXT_MISSING', `${language.tag} has no text '${key}'; ${mend}`);
    }
    checkArguments(language, known, findings);
    checkPlurals(language, findings);
  }
  compareArguments(languages, findings);
  return keys;
}

function noteUnlisted(folder: string, listed: readonly string[], findings: Findings): void {
  const strings = join(folder, 'strings');
  const names = existsSync(strings) ? readdirSync(strings).filter((name) => name.endsWith('.json')) : [];
  for (const name of names.filter((name) => !listed.includes(name.slice(0, -5)))) {
    const message = `the language ${name.slice(0, -5)} is not listed in template.json; list it, or remove the file`;
    findings.add(`strings/${name}`, { pointer: '' }, 'TEMPLATE_LANGUAGE_UNLISTED', message);
  }
}

function readLanguage(tag: string, manifest: TemplateManifest, findings: Findings): Language | undefined {
  const file = `strings/${tag}.json`;
  const source = findings.text(file);
  if (source === undefined) {
    const pointer = `/languages/${manifest.languages.indexOf(tag)}`;
    findings.add('template.json', { pointer }, 'TEMPLATE_STRINGS_MISSING', `there is no file ${file}; write the texts of ${tag} there`);
    return undefined;
  }
  const value = findings.json(file, source);
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    findings.add(file, { pointer: '' }, 'TEMPLATE_TEXT_INVALID', 'texts stand in one object: { "title": "…" }');
    return undefined;
  }
  const messages = new Map<string, IcuMessage>();
  const isSound = isLanguageTag(manifest.locales?.[tag] ?? tag);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') findings.add(file, { pointer: `/${key}` }, 'TEMPLATE_TEXT_INVALID', `'${key}' must be a text`);
    else {
      try {
        messages.set(key, icuMessage(text, isSound ? localeOf(tag, manifest) : tag));
      } catch (error) {
        if (!(error instanceof IcuSyntaxError)) throw error;
        findings.add(file, placeInText(source, key, error.offset), error.code, `'${key}' is no ICU message: ${error.message}`);
      }
    }
  }
  return { tag, file, source, messages, keys: new Set(Object.keys(value)) };
}

const placeOf = ({ source }: Language, key: string, { offset }: MessageArgument) => placeInText(source, key, offset);

/** Arguments that nobody fills, or with the wrong kind of value. */
function checkArguments(language: Language, known: KnownArguments, findings: Findings): void {
  for (const [key, message] of language.messages) {
    for (const argument of message.arguments) {
      const { name, use } = argument;
      const add = (code: string, what: string) => findings.add(language.file, placeOf(language, key, argument), code, what);
      const kind = known.get(name);
      if (kind === undefined) {
        add(
          'TEMPLATE_ARGUMENT_UNKNOWN',
          `'${key}' says {${name}}, which the template may not read or which does not exist; ${knownHere(known.keys())}`,
        );
      } else if (use === 'time') {
        add('TEMPLATE_ARGUMENT_KIND', `'${key}' shows {${name}} as a time; certificates show days: {${name}, date, long}`);
      } else if ((use === 'date' && kind !== 'date') || ((use === 'number' || use === 'plural') && kind !== 'number')) {
        const wanted = use === 'date' ? 'a date' : 'a whole number';
        add('TEMPLATE_ARGUMENT_KIND', `'${key}' takes {${name}} for ${wanted}, and it is a ${kind}; write {${name}}`);
      }
    }
  }
}

/** Forms of a plural that the language has and the message has not: they would be said in the words of another form. */
function checkPlurals(language: Language, findings: Findings): void {
  for (const [key, message] of language.messages) {
    for (const argument of message.arguments) {
      if (!argument.plural) continue;
      const { type, forms } = argument.plural;
      const missing = formsOf(language.tag, type).filter(
        ({ form, numbers }) => !forms.includes(form) && !numbers.every((n) => forms.includes(`=${n}`)),
      );
      if (missing.length === 0) continue;
      const names = missing.map(({ form, numbers }) => `${form} (${numbers.slice(0, 3).join(', ')}${numbers.length > 3 ? ', …' : ''})`);
      findings.add(
        language.file,
        placeOf(language, key, argument),
        'TEMPLATE_PLURAL_INCOMPLETE',
        `'${key}' lacks forms that ${language.tag} counts with: ${names.join(', ')}; add them`,
      );
    }
  }
}

/** The forms by which a language counts from 0 to 200, each with its numbers there. Those of millions need not be written. */
function formsOf(language: string, type: 'cardinal' | 'ordinal'): { form: string; numbers: number[] }[] {
  const rules = new Intl.PluralRules(language, { type });
  const numbers = new Map<string, number[]>();
  for (let n = 0; n <= 200; n += 1) numbers.set(rules.select(n), [...(numbers.get(rules.select(n)) ?? []), n]);
  return [...numbers].map(([form, all]) => ({ form, numbers: all }));
}

/** What one language says of a certificate, the others have to say as well. By what they choose their words is their own affair. */
function compareArguments(languages: readonly Language[], findings: Findings): void {
  const shown = (message: IcuMessage | undefined) =>
    (message?.arguments ?? []).filter(({ use }) => use !== 'select').map(({ name }) => name);
  for (const language of languages) {
    for (const [key, message] of language.messages) {
      const lacking = new Map<string, string>();
      for (const other of languages) {
        for (const name of shown(other.messages.get(key))) {
          if (!shown(message).includes(name) && !lacking.has(name)) lacking.set(name, other.tag);
        }
      }
      for (const [name, tag] of lacking) {
        const said = `'${key}' does not say {${name}}, and ${tag} does; say it in every language or in none`;
        findings.add(language.file, { pointer: `/${key}` }, 'TEMPLATE_ARGUMENT_MISSING', said);
      }
    }
  }
}
