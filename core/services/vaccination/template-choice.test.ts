import { describe, expect, it } from 'vitest';
import { chooseTemplate, covers, type TemplateCondition } from './template-choice.js';

const record = (doseNumber: number, seriesDoses?: number, region?: string) => ({
  doseNumber,
  ...(seriesDoses !== undefined && { seriesDoses }),
  facility: { name: 'F', ...(region !== undefined && { region }) },
});
const chosen = (when: TemplateCondition, facts: Parameters<typeof chooseTemplate>[1]) =>
  chooseTemplate({ template: 'usual', templateRules: { a: { when, use: 'other' } } }, facts) === 'other';

describe('the template of a certificate', () => {
  it('is the usual one, or that of the first rule that holds', () => {
    const templateRules = {
      last: { when: { dose: { is: 'final' } }, use: 'letter' },
      arabic: { when: { language: ['ar'] }, use: 'card' },
    } as const;
    const of = (doseNumber: number, language?: string) =>
      chooseTemplate({ template: 'usual', templateRules }, { record: record(doseNumber, 2), language });
    expect([of(1), of(2), of(1, 'ar'), of(2, 'ar')]).toEqual(['usual', 'letter', 'card', 'letter']);
    expect(chooseTemplate({ template: 'usual' }, { record: record(1) })).toBe('usual');
  });

  it('knows doses by number, by their series, and whether they are the last', () => {
    expect([1, 2, 3].map((n) => chosen({ dose: { number: [1, 3] } }, { record: record(n) }))).toEqual([true, false, true]);
    expect([1, 2, undefined].map((of) => chosen({ dose: { of: [2] } }, { record: record(1, of) }))).toEqual([false, true, false]);
    expect([1, 2, 3].map((n) => chosen({ dose: { is: 'final' } }, { record: record(n, 2) }))).toEqual([false, true, true]);
    expect([1, 2, 3].map((n) => chosen({ dose: { is: 'not-final' } }, { record: record(n, 2) }))).toEqual([true, false, false]);
    for (const is of ['final', 'not-final'] as const) expect(chosen({ dose: { is } }, { record: record(1) })).toBe(false);
  });

  it('knows languages with their regions, and regions whatever their capitals', () => {
    const asked = (language: string | undefined) => chosen({ language: ['ar', 'pt-BR'] }, { record: record(1), language });
    expect(['ar', 'AR-eg', 'pt-BR', 'pt', 'arn', undefined].map(asked)).toEqual([true, true, true, false, false, false]);
    const from = (region?: string) => chosen({ region: ['North  Central'] }, { record: record(1, 2, region) });
    expect(['north central', ' North Central ', 'North', undefined].map(from)).toEqual([true, true, false, false]);
  });

  it('needs all that a rule says', () => {
    const when: TemplateCondition = { dose: { is: 'final' }, language: ['ar'], region: ['North'] };
    expect(chosen(when, { record: record(2, 2, 'North'), language: 'ar' })).toBe(true);
    expect(chosen(when, { record: record(1, 2, 'North'), language: 'ar' })).toBe(false);
    expect(chosen(when, { record: record(2, 2, 'South'), language: 'ar' })).toBe(false);
    expect(chosen(when, { record: record(2, 2, 'North'), language: 'en' })).toBe(false);
  });
});

it.each<[TemplateCondition, TemplateCondition, boolean]>([
  [{ language: ['ar'] }, { language: ['ar-EG'] }, true],
  [{ language: ['ar-EG'] }, { language: ['ar'] }, false],
  [{ language: ['ar'] }, { region: ['North'] }, false],
  [{ region: ['north', 'South'] }, { region: ['North'], language: ['ar'] }, true],
  [{ dose: { number: [1, 2] } }, { dose: { number: [2], is: 'final' } }, true],
  [{ dose: { is: 'final' } }, { dose: { number: [2] } }, false],
])('%j holds wherever %j does: %s', (wide, narrow, expected) => expect(covers(wide, narrow)).toBe(expected));
