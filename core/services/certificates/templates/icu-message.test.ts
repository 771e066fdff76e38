import { describe, expect, it } from 'vitest';
import { formatCalendarDate } from './calendar-date.js';
import { icuMessage } from './icu-message.js';
import { localeOf } from './template-texts.js';

const said = (language: string, message: string, values: Record<string, string | number> = {}, locales?: Record<string, string>) =>
  icuMessage(message, localeOf(language, locales ? { locales } : {})).format(values);
const shown = (text: string) => text.replace(/[\u2068\u2069\u200e\u200f]/g, '');

describe('a message', () => {
  it('counts in the six forms of Arabic, with Latin digits', () => {
    const message = '{n, plural, zero {لا جرعات} one {جرعة} two {جرعتان} few {# جرعات} many {# جرعة} other {# من الجرعات}}';
    const forms = [0, 1, 2, 3, 10, 11, 99, 100, 103].map((n) => said('ar', message, { n }));
    expect(forms).toEqual(['لا جرعات', 'جرعة', 'جرعتان', '3 جرعات', '10 جرعات', '11 جرعة', '99 جرعة', '100 من الجرعات', '103 جرعات']);
  });

  it('orders, and chooses by sex', () => {
    const ordinal = 'the {n, selectordinal, one {#st} two {#nd} few {#rd} other {#th}} dose';
    expect([1, 2, 3, 4, 11, 22].map((n) => said('en', ordinal, { n }))).toEqual(
      ['1st', '2nd', '3rd', '4th', '11th', '22nd'].map((n) => `the ${n} dose`),
    );
    const sex = '{patientGender, select, female {She} male {He} other {They}}';
    expect(['female', 'male', 'unknown'].map((patientGender) => said('en', sex, { patientGender }))).toEqual(['She', 'He', 'They']);
    expect(said('en', sex)).toBe('They');
  });

  it('is empty when it would show what the record does not have', () => {
    expect(said('en', 'Batch {lotNumber}')).toBe('');
    expect(said('en', '{n, plural, one {#} other {#}}', { m: 1 })).toBe('');
  });

  it('isolates what it shows, so that names of another script turn nothing around them', () => {
    expect(said('ar', 'لقاح {name}: {n}', { name: 'MMR (1)', n: 2 })).toBe('لقاح \u2068MMR (1)\u2069: \u20682\u2069');
    expect(said('en', '{x, select, a {at {y}} other {}}', { x: 'a', y: 'B' })).toBe('at \u2068B\u2069');
  });

  it('takes values and tags for text', () => {
    expect(shown(said('en', "<b>{name}</b> it's '{'fine'}'", { name: '{n, plural, other {#}}<i>' }))).toBe(
      "<b>{n, plural, other {#}}<i></b> it's {fine}",
    );
  });

  it('says where it is no message', () => {
    for (const [text, offset] of [
      ['Of {name', 3],
      ['{n, plural, one {#}}', 19],
      ['{n, colour}', 4],
    ] as const) {
      expect(() => icuMessage(text, 'en'), text).toThrow(expect.objectContaining({ code: 'TEMPLATE_MESSAGE_SYNTAX', offset }));
    }
  });
});

describe('a date', () => {
  it('is as precise as it is known, whatever the style asks for', () => {
    const long = '{d, date, long}';
    expect(['1984-03-12', '1984-03', '1984'].map((d) => said('en', long, { d }))).toEqual(['March 12, 1984', 'March 1984', '1984']);
    expect(said('en', '{d, date, full}', { d: '2026-11' })).toBe('November 2026');
    expect(said('en', '{d, date, ::dMMM}', { d: '1984' })).toBe('1984');
  });

  it('is Gregorian and in Latin digits in every language, unless the template says otherwise', () => {
    const say = (language: string, locales?: Record<string, string>) =>
      shown(said(language, '{d, date, long}', { d: '2026-11-20' }, locales));
    expect(['ar', 'fa', 'th', 'hi', 'ne', 'my'].map((language) => say(language)).filter((text) => !/20.*2026|2026.*20/.test(text))).toEqual(
      [],
    );
    expect(say('th', { th: 'th-u-ca-buddhist' })).toContain('2569');
    expect(say('ar', { ar: 'ar-u-nu-arab' })).toBe('٢٠ نوفمبر ٢٠٢٦');
  });

  it('is moved by no zone, and what is none stays as it is', () => {
    expect(formatCalendarDate('0099-01-01', 'en')).toBe('Jan 1, 99');
    expect(formatCalendarDate('soon', 'en')).toBe('soon');
  });
});
