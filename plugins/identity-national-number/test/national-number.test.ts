import { type Identity, isRefusal, type PartDescriptor } from '@divoc/core/api';
import { handClock, holdTo, identityContract, setUpPart } from '@divoc/core/testkit';
import { stdnum } from 'stdnum';
import { describe, expect, it } from 'vitest';
import plugin from '../plugin.js';
import { asciiDigit, normalise } from '../src/normalise.js';
import { NUMBERS } from '../src/number-definition.js';
import { safePattern } from '../src/safe-pattern.js';

const clock = handClock('2026-11-26T00:00:00Z');
async function provider(config: object): Promise<Identity> {
  return (await setUpPart(plugin as PartDescriptor, { config, clock })).ports.identity as Identity;
}
const use = { programme: 'covid-19', claims: ['birthDate', 'gender'], actor: 'nurse', act: 'x' };
const identify = async (number: string, given: unknown, more: object = {}) =>
  (await provider({ number, ...more })).identify({ number: given }, use);
async function codeOf(number: string, given: unknown): Promise<string | undefined> {
  const error = await identify(number, given).catch((thrown: unknown) => thrown);
  return isRefusal(error) ? error.errors[0]?.code : 'taken';
}

describe('in-aadhaar', () =>
  holdTo(it, identityContract, async () => ({
    identity: await provider({ number: 'in-aadhaar' }),
    onePerson: ['234123412346', '2341 2341 2346', '2341-2341-2346', '२३४१ २३४१ २३४६', '２３４１２３４１２３４６', '٢٣٤١٢٣٤١٢٣٤٦'].map(
      (number) => ({ number }),
    ),
    others: [{ number: '499118665246' }],
    bad: [
      { number: '234123412347' },
      { number: '134123412346' },
      { number: 234123412346 },
      { number: '2341 2341' },
      { number: 'x'.repeat(100) },
    ],
  })));

describe('lk-nic', () =>
  holdTo(it, identityContract, async () => ({
    identity: await provider({ number: 'lk-nic' }),
    // The same person's card before and after 2016.
    onePerson: ['853400937V', '853400937v', '85 340 0937 V', '198534000937'].map((number) => ({ number })),
    others: [{ number: '858400937V' }, { number: '200134000937' }],
    bad: [{ number: '853400937A' }, { number: '853670937V' }, { number: '850000937V' }, { number: '209934000937' }],
  })));

describe('derives', () => {
  it.each([
    ['lk-nic', '853400937V', { birthDate: '1985-12-05', gender: 'male' }],
    ['lk-nic', '858400937V', { birthDate: '1985-12-05', gender: 'female' }],
    ['za-id', '8001015009087', { birthDate: '1980-01-01', gender: 'male' }],
    ['ee-isikukood', '36805280109', { birthDate: '1968-05-28', gender: 'male' }],
    ['br-cpf', '390.533.447-05', undefined],
  ])('from %s %s', async (number, given, claims) => {
    expect((await identify(number, given)).claims).toEqual(claims);
  });

  it('only what the programme may see', async () => {
    const identity = await provider({ number: 'za-id' });
    const { claims } = await identity.identify({ number: '8001015009087' }, { ...use, claims: ['gender'] });
    expect(claims).toEqual({ gender: 'male' });
  });

  it('no birth in the future: a year of this century that has not come is one of the last', async () => {
    expect((await identify('za-id', '2711265009082').catch((e) => e)).claims?.birthDate ?? 'refused').toMatch(/^1927|refused/);
  });
});

describe('refuses, telling why', () => {
  it.each([
    ['in-aadhaar', '234123412347', 'NUMBER_CHECK_DIGIT'],
    ['in-aadhaar', '23412341234', 'NUMBER_WRONG_FORM'],
    ['za-id', '8013325009086', 'NUMBER_CHECK_DIGIT'],
    ['lk-nic', '853670937V', 'NUMBER_IMPOSSIBLE'],
    ['th-pin', '1-2345-45678-78-2', 'NUMBER_CHECK_DIGIT'],
    ['br-cpf', '231.002.999-00', 'NUMBER_CHECK_DIGIT'],
    ['in-aadhaar', '', 'FIELD_OUT_OF_RANGE'],
    ['in-aadhaar', 234123412346, 'FIELD_WRONG_TYPE'],
  ])('%s %s: %s', async (number, given, code) => expect(await codeOf(number, given)).toBe(code));
});

it('agrees with stdnum about every number with one digit changed', async () => {
  const { IN, ZA, TH, BR } = stdnum as Record<string, Record<string, { validate(value: string): { isValid: boolean } }>>;
  const cases = {
    'in-aadhaar': ['234123412346', IN?.aadhaar],
    'za-id': ['8001015009087', ZA?.idnr],
    'th-pin': ['1234545678781', TH?.idnr],
    'br-cpf': ['39053344705', BR?.cpf],
  } as const;
  for (const [number, [sound, oracle]] of Object.entries(cases)) {
    const identity = await provider({ number });
    for (let place = 0; place < sound.length; place += 1) {
      for (let digit = 0; digit < 10; digit += 1) {
        const given = sound.slice(0, place) + digit + sound.slice(place + 1);
        const taken = await identity.identify({ number: given }, use).then(
          () => true,
          () => false,
        );
        expect([given, taken]).toEqual([
          given,
          oracle?.validate(given).isValid && new RegExp(NUMBERS[number]!.forms[0]!.pattern).test(given),
        ]);
      }
    }
  }
});

it('shows the last four characters where the adopter wants them, else nothing', async () => {
  expect((await identify('lk-nic', '853400937V', { mask: 'last-4' })).masked).toBe('••••••••0937');
  expect((await identify('lk-nic', '853400937V')).masked).toBeUndefined();
});

describe('a definition of the manifest', () => {
  const definition = { scheme: 'lumbria-cin', forms: [{ pattern: '^L[0-9]{8}$' }], checksum: 'luhn' };
  const findings = async (change: object) =>
    ((await plugin.check?.({ config: { definition: { ...definition, ...change } } } as never)) ?? []).map(
      ({ pointer, code }) => `${pointer} ${code}`,
    );

  it('is checked before anything starts', async () => {
    expect(await findings({})).toEqual([]);
    expect(await findings({ checksum: 'lunh' })).toEqual(['/definition/checksum CHECKSUM_UNKNOWN']);
    expect(await findings({ forms: [{ pattern: '^(a{1,9}){1,9}$' }] })).toEqual(['/definition/forms/0/pattern PATTERN_REFUSED']);
    expect(((await plugin.check?.({ config: {} } as never)) ?? [])[0]).toMatchObject({ code: 'NUMBER_UNCLEAR' });
  });

  it.each([
    '^(a+)+$',
    '^a*$',
    '^(a',
    'a)',
    '^a',
    '^a\\$',
    'a^b',
    '^(?<!a)a$',
    '^a{1,100}$',
    '\\ba',
    '^(?=a)a$',
    '^(a)\\1$',
    '^a{1,}$',
    '^[',
    `^${'a'.repeat(200)}$`,
  ])('may not be %s', (source) => {
    expect(safePattern(source)).toBeTypeOf('string');
  });

  it.each(['^[0-9]{12}$', '[0-9]{12}', '^(?<a>[A-Z]{1,2})?[0-9]{6,9}(V|X)$', '^\\p{L}{1,3}\\u{41}\\$$', '^a|b$'])('may be %s', (source) => {
    expect(safePattern(source)).toBeInstanceOf(RegExp);
  });

  // The last three repeat next to nothing, and have a billion ways and more.
  it.each([
    `^${'[0-9]{0,64}'.repeat(5)}x$`,
    `^${'[0-9]{0,99}'.repeat(2)}x$`,
    `^${'a?'.repeat(30)}x$`,
    `^${'(a|a)'.repeat(30)}x$`,
    `^${'(a?)?'.repeat(30)}x$`,
  ])('may not be tried in too many ways: %s', (source) => {
    expect(safePattern(source)).toMatch(/ways/);
  });

  it('is quick on the worst input there is, in time linear in its length', () => {
    const worst = [
      `${'[0-9]{0,9}'.repeat(3)}x`,
      '[0-9]{0,30}[0-9]{0,30}x',
      '[0-9]{0,99}x',
      `${'a?'.repeat(9)}x`,
      `${'(a|aa)'.repeat(9)}x`,
      `${'(a?|a?)'.repeat(4)}x`,
      `(${'[0-9]{0,9}'.repeat(2)}|${'[0-9]{0,8}'.repeat(3)})x`,
    ];
    // The quickest of ten: what else the machine does is not the pattern's fault.
    const spent = (pattern: RegExp, text: string) => {
      const times = Array.from({ length: 10 }, () => {
        const started = process.hrtime.bigint();
        expect(pattern.test(text)).toBe(false);
        return Number(process.hrtime.bigint() - started) / 1e6;
      });
      return Math.min(...times);
    };
    for (const source of worst) {
      const pattern = safePattern(source) as RegExp;
      expect(pattern, source).toBeInstanceOf(RegExp);
      for (const character of ['0', 'a']) {
        // A thousand ways of 64 steps: far below a millisecond each; and no more of it for 100 times the input.
        expect(spent(pattern, character.repeat(64)), source).toBeLessThan(5);
        expect(spent(pattern, character.repeat(6400)), source).toBeLessThan(25);
      }
    }
  });

  it('has its patterns of sex checked too', async () => {
    const sex = { male: '([13579]|[13579]+)+', female: '[02468]' };
    expect(await findings({ sex })).toEqual(['/definition/sex/male PATTERN_REFUSED']);
  });

  it.each(['stdnum:IN.constructor', 'stdnum:IN.hasOwnProperty', 'constructor', 'default', 'stdnum:XX.idnr', '__proto__'])(
    'names a check digit that exists, and %s is none',
    async (checksum) => {
      expect(await findings({ checksum })).toEqual(['/definition/checksum CHECKSUM_UNKNOWN']);
      await expect(provider({ definition: { ...definition, checksum } })).rejects.toThrow(/no check digit/);
    },
  );

  it.each(['L[0-9]{8}', 'L[0-9]{8}$', '^L[0-9]{8}$', '^L[0-9]{7}|L[0-9]{8}$'])('takes the whole number by %s', async (pattern) => {
    const identity = await provider({ definition: { scheme: 'lumbria-cin', forms: [{ pattern }] } });
    expect(await identity.identify({ number: 'L12345678' }, use)).toMatchObject({ subject: 'L12345678' });
    for (const number of ['L12345678X', 'XL12345678', 'L123456789']) {
      await expect(identity.identify({ number }, use)).rejects.toMatchObject({ errors: [{ code: 'NUMBER_WRONG_FORM' }] });
    }
  });

  it('does not start with a pattern that its check refuses', async () => {
    const slow = { scheme: 'x', forms: [{ pattern: '^(a|b){1,9}$' }] };
    await expect(provider({ definition: slow })).rejects.toThrow(/repeat a group/);
  });
});

it('reads the digits of every script', () => {
  expect(normalise('०१२३४५६७८९')).toBe('0123456789');
  expect(normalise('᠐᠑᠒᠓᠔᠕᠖᠗᠘᠙ ߀߁ ෦෧෨')).toBe('012345678901012');
  expect(normalise('12‑34/56.78\u200f')).toBe('12345678');
});

it('reads each decimal digit that Unicode has, also where two scripts have their tens in a row', () => {
  // U+116DA is the second zero of twenty digits, U+1D7FF the last nine of fifty.
  expect(normalise(String.fromCodePoint(0x116d0, 0x116d9, 0x116da, 0x116e3))).toBe('0909');
  expect([0x1d7ce, 0x1d7d7, 0x1d7d8, 0x1d7ff].map((code) => asciiDigit(String.fromCodePoint(code))).join('')).toBe('0909');
  const digits = Array.from({ length: 0x20000 }, (_, code) => String.fromCodePoint(code)).filter((text) => /^\p{Nd}$/u.test(text));
  expect(digits.length % 10).toBe(0);
  expect(digits.map(asciiDigit).join('')).toBe('0123456789'.repeat(digits.length / 10));
});

it('measures an input again when its characters have become more', async () => {
  expect(await codeOf('in-aadhaar', '\ufdfa'.repeat(64))).toBe('FIELD_OUT_OF_RANGE');
});
