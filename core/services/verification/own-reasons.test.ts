import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ENGLISH } from '../../verifier/messages/reason-texts.js';
import { checkReasons, reasonLanguages } from './own-reasons.js';

let adopter: string;
beforeEach(() => {
  adopter = mkdtempSync(join(tmpdir(), 'divoc-reasons-'));
  mkdirSync(join(adopter, 'locale'));
});
afterEach(() => rmSync(adopter, { recursive: true }));
const put = (name: string, texts: unknown) =>
  writeFileSync(join(adopter, 'locale', name), typeof texts === 'string' ? texts : JSON.stringify(texts));

describe("an adopter's own words for reasons", () => {
  it('change some of a language that is here, and add a language whole', () => {
    put('verdict.fr.json', { REVOKED: 'Demandez au poste de santé.' });
    put('verdict.sw.json', Object.fromEntries(Object.keys(ENGLISH).map((code) => [code, `sw ${code}`])));
    put('notes.json', {});
    expect(checkReasons(adopter)).toEqual([]);
    const { fr, sw } = reasonLanguages(adopter);
    expect([fr?.REVOKED, fr?.EXPIRED, sw?.EXPIRED]).toEqual([
      'Demandez au poste de santé.',
      "Le certificat n'est plus valable.",
      'sw EXPIRED',
    ]);
    expect(Object.keys(reasonLanguages(join(adopter, 'none')))).toContain('fr');
  });

  it('are refused with what is unknown, missing or no text', () => {
    put('verdict.fr.json', { REVOKD: 'x', EXPIRED: '' });
    put('verdict.sw.json', { REVOKED: 'Imebatilishwa.' });
    put('verdict.xxxx-none.json', {});
    put('verdict.pt.json', '{');
    const found = checkReasons(adopter).map(({ file, pointer, code }) => [file, pointer, code]);
    expect(found).toEqual([
      ['locale/verdict.fr.json', '/REVOKD', 'REASON_UNKNOWN'],
      ['locale/verdict.fr.json', '/EXPIRED', 'REASON_TEXT_INVALID'],
      ['locale/verdict.pt.json', undefined, 'REASONS_INVALID'],
      ['locale/verdict.sw.json', undefined, 'REASON_MISSING'],
      ['locale/verdict.xxxx-none.json', undefined, 'REASONS_LANGUAGE_UNKNOWN'],
    ]);
    expect(() => reasonLanguages(adopter)).toThrow(/verdict\.fr\.json: no verdict gives the reason 'REVOKD'/);
  });
});
