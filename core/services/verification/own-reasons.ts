import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, isObject, parseStrictJson } from '../../api/index.js';
import { isLanguageTag } from '../../internal/language-tag.js';
import { REASON_LANGUAGES, type ReasonLanguages } from '../../verifier/messages/languages.js';
import { ENGLISH, type ReasonTexts } from '../../verifier/messages/reason-texts.js';

const FOLDER = 'locale';
const FILE = /^verdict\.(.+)\.json$/;

/**
 * The words of the house for reasons, and an adopter's own: `locale/verdict.<language>.json` in its folder, texts by code. It
 * changes some words of a language that is here, or has all of a new one.
 *
 * Throws an Error with the first thing that `checkReasons` would find.
 */
export function reasonLanguages(adopter: string): ReasonLanguages {
  const { languages, findings } = read(adopter);
  const [first] = findings;
  if (first) throw new Error(`${first.file}: ${first.message}`);
  return languages;
}

/** Codes that there are not, and those for which a new language has no words. */
export const checkReasons = (adopter: string): readonly Finding[] => read(adopter).findings;

function read(adopter: string): { readonly languages: ReasonLanguages; readonly findings: readonly Finding[] } {
  const languages: Record<string, ReasonTexts> = { ...REASON_LANGUAGES };
  const findings: Finding[] = [];
  for (const name of filesOf(join(adopter, FOLDER))) {
    const file = `${FOLDER}/${name}`;
    const language = FILE.exec(name)?.[1] as string;
    const given = textsOf(join(adopter, file));
    const found =
      typeof given === 'string' ? [{ code: 'REASONS_INVALID', message: given }] : faultsOf(language, given, languages[language]);
    findings.push(...found.map((finding) => ({ ...finding, file })));
    if (typeof given !== 'string' && found.length === 0) languages[language] = { ...languages[language], ...given } as ReasonTexts;
  }
  return { languages, findings };
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => FILE.test(name))
      .sort();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

/** The texts, or what is wrong with the file. */
function textsOf(file: string): Readonly<Record<string, unknown>> | string {
  try {
    const texts = parseStrictJson(readFileSync(file));
    return isObject(texts) ? texts : 'the file must hold a JSON object of texts by code';
  } catch (error) {
    return (error as Error).message;
  }
}

function faultsOf(language: string, texts: Readonly<Record<string, unknown>>, known: ReasonTexts | undefined): Omit<Finding, 'file'>[] {
  if (!isLanguageTag(language))
    return [{ code: 'REASONS_LANGUAGE_UNKNOWN', message: `'${language}' in the file's name is no language; write a tag like sw or pt-BR` }];
  const strange = Object.entries(texts).flatMap(([code, text]) => {
    const pointer = `/${code}`;
    if (!Object.hasOwn(ENGLISH, code))
      return [
        { pointer, code: 'REASON_UNKNOWN', message: `no verdict gives the reason '${code}'; docs/trust.md says where all are listed` },
      ];
    if (typeof text === 'string' && text.trim() !== '' && text.length <= 500) return [];
    return [{ pointer, code: 'REASON_TEXT_INVALID', message: `${code} must be a text of at most 500 characters` }];
  });
  const missing = known ? [] : Object.keys(ENGLISH).filter((code) => !Object.hasOwn(texts, code));
  if (missing.length === 0) return strange;
  const message = `the new language ${language} has no text for ${missing.join(', ')}; add them, or take the file away`;
  return [...strange, { code: 'REASON_MISSING', message }];
}
