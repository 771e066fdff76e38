import { describe, expect, it } from 'vitest';
import { CLAIMS, mapClaims } from '../src/claims.js';
import { lockOf, open, seal } from '../src/sealed.js';

const now = new Date('2026-11-26T10:00:00Z');
const read = (name: string, theirs: string, value: unknown) =>
  mapClaims({ [theirs]: value }, [name], { claims: CLAIMS, languages: [] }, now);

describe('a claim in the coding of the house', () => {
  it.each([
    ['birthDate', 'birthdate', '1984-03-02', '1984-03-02'],
    ['birthDate', 'birthdate', '1984/03/02', '1984-03-02'],
    ['birthDate', 'birthdate', '1984', '1984'],
    ['birthDate', 'birthdate', '1984-03', '1984-03'],
    ['gender', 'gender', 'Female', 'female'],
    ['gender', 'gender', ' M ', 'male'],
    ['gender', 'gender', 'Others', 'other'],
    ['phone', 'phone_number', '+94 (77) 123-4567', '+94771234567'],
    ['name', 'name', '  Asha \u00a0 Perera ', 'Asha Perera'],
    ['name', 'name', 'Zoe\u0308', 'Zoë'],
  ])('%s: %s %o is %s', (name, theirs, value, mapped) => {
    expect(read(name, theirs, value)).toEqual({ claims: { [name]: mapped }, unread: [] });
  });

  it.each([
    ['birthDate', 'birthdate', '0000-03-02'],
    ['birthDate', 'birthdate', '1985-02-29'],
    ['birthDate', 'birthdate', '1985-13'],
    ['birthDate', 'birthdate', '2026-11-27'],
    ['birthDate', 'birthdate', '02/03/1984'],
    ['birthDate', 'birthdate', 19840302],
    ['gender', 'gender', 'constructor'],
    ['gender', 'gender', 'nonbinary'],
    ['phone', 'phone_number', '0771234567'],
    ['email', 'email', 'asha at mail'],
    ['name', 'name', 'a'.repeat(201)],
    ['name', 'name', 'a\u0000b'],
    ['name', 'name', ['Asha']],
    ['name', 'name', { en: 'Asha' }],
  ])('%s: %s %o cannot be read, which is said without repeating it', (name, theirs, value) => {
    expect(read(name, theirs, value)).toEqual({ claims: {}, unread: [name] });
  });

  it.each([undefined, null, ''])('%o is not there', (value) => {
    expect(read('name', 'name', value)).toEqual({ claims: {}, unread: [] });
  });

  it('is in the first language that is there', () => {
    const given = { name: 'Asha', 'name#si': 'ආශා', 'name#ta': 'ஆஷா' };
    const name = (languages: string[]) => mapClaims(given, ['name'], { claims: CLAIMS, languages }, now).claims.name;
    expect([name([]), name(['ta', 'si']), name(['fr', 'si']), name(['fr'])]).toEqual(['Asha', 'ஆஷா', 'ආශා', 'Asha']);
  });

  it('is one that was asked for and is mapped, and no other', () => {
    const given = { name: 'Asha', constructor: 'x', picture: 'data:', birthdate: '1984' };
    const wanted = ['birthDate', 'picture', 'constructor', '__proto__', 'birthdate'];
    expect(mapClaims(given, wanted, { claims: CLAIMS, languages: [] }, now)).toEqual({ claims: { birthDate: '1984' }, unread: [] });
  });
});

describe('what is sealed', () => {
  const id = 'A'.repeat(43);

  it('is opened by the id alone, and looks different each time', () => {
    const [first, second] = [seal(lockOf(id), { name: 'Asha' }), seal(lockOf(id), { name: 'Asha' })];
    expect(open(id, first)).toEqual({ name: 'Asha' });
    expect(open(id, second)).toEqual({ name: 'Asha' });
    expect(first.slice(0, 20)).not.toBe(second.slice(0, 20));
    expect(() => open('B'.repeat(43), first)).toThrow();
  });

  it('is not opened when a single bit of it has changed', () => {
    const sealed = Buffer.from(seal(lockOf(id), { name: 'Asha' }), 'base64url');
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = changed[at]! ^ 1;
      expect(() => open(id, changed.toString('base64url')), String(at)).toThrow();
    }
  });
});
