import { describe, expect, it } from 'vitest';
import { languageFor, REASON_LANGUAGES, verdictIn } from './languages.js';
import { ENGLISH } from './reason-texts.js';

const codes = Object.keys(ENGLISH).sort();
const others = Object.entries(REASON_LANGUAGES).filter(([language]) => language !== 'en');

describe('the words for reasons', () => {
  it.each(others)('in %s are there for every code, and none is English, empty or the same as another', (_language, texts) => {
    expect(Object.keys(texts).sort()).toEqual(codes);
    const english = Object.values(ENGLISH);
    expect(Object.values(texts).filter((text) => english.includes(text) || text.trim() !== text || !/[.。।]$/.test(text))).toEqual([]);
    expect(new Set(Object.values(texts)).size).toBe(new Set(english).size);
  });

  it('keep what a machine reads: prefixes and names of formats stand in every language', () => {
    for (const [, texts] of others) {
      expect(texts.HCERT_PREFIX_MISSING).toContain('HC1:');
      expect(texts.SHC_DIGITS_WRONG).toContain('shc:/');
      expect(texts.INPUT_ZIP_INVALID).toContain('certificate.json');
      expect(texts.INPUT_TOO_LARGE).toContain('256');
      expect(texts.FILE_TOO_LARGE).toContain('16');
      expect(texts.ICVP_TOO_RECENT).toContain('10');
    }
  });

  it('are chosen by the very tag, else by its primary language, and never change a code', () => {
    expect(['fr', 'fr-CA', 'FR', 'xx'].map((wish) => languageFor(wish))).toEqual(['fr', 'fr', 'fr', undefined]);
    const verdict = {
      reasons: [
        { code: 'REVOKED', text: ENGLISH.REVOKED },
        { code: 'OF_A_PLUGIN', text: 'Its own.' },
      ],
    };
    expect(verdictIn(verdict, 'fr-CA').reasons).toEqual([
      { code: 'REVOKED', text: REASON_LANGUAGES.fr?.REVOKED },
      { code: 'OF_A_PLUGIN', text: 'Its own.' },
    ]);
    expect(verdictIn(verdict, 'xx')).toEqual(verdict);
  });
});
