/** One way in which a number is written, after normalising, all of it: `{name}` stands for what the named group took, `{0}` for all. */
export interface NumberForm {
  readonly pattern: string;
  /** How it is kept, so that two ways of writing one number name one person; default `{0}`. */
  readonly canonical?: string;
}

/** A date within the canonical number. */
export type BirthRule =
  | {
      /** Year, month and day, each a named group. Two digits of a year: of this century unless that lies in the future. */
      readonly kind: 'year-month-day';
      /** The first digits of the year by what the group `century` took. */
      readonly centuries?: Readonly<Record<string, string>>;
    }
  /** `year` and `day` of the year, of 366 days in every year; women's days are 500 later. */
  | { readonly kind: 'day-of-year' };

export interface NumberDefinition {
  /** The namespace of the number: `in-aadhaar`. */
  readonly scheme: string;
  readonly forms: readonly NumberForm[];
  /** cdigit's name of the check digit over the canonical number, or `stdnum:TH.idnr`. */
  readonly checksum?: string;
  /** Matches the whole canonical number and names the groups that are derived from. */
  readonly parts?: string;
  readonly birth?: BirthRule;
  /** What the group `sex` takes, as patterns. */
  readonly sex?: { readonly male: string; readonly female: string };
}

/**
 * Numbers of countries, as data: forms and check digits only. Source of each: the issuing authority's published format, as
 * collected by python-stdnum 1.20 and stdnum-js 1.12 (MIT); Sri Lanka: Department for Registration of Persons, forms of 1972
 * and 2016. Read 2026-11-26.
 */
export const NUMBERS: Readonly<Record<string, NumberDefinition>> = {
  'br-cpf': { scheme: 'br-cpf', forms: [{ pattern: '^[0-9]{11}$' }], checksum: 'stdnum:BR.cpf' },
  'ee-isikukood': {
    scheme: 'ee-isikukood',
    forms: [{ pattern: '^[1-8][0-9]{10}$' }],
    checksum: 'stdnum:EE.ik',
    parts: '^(?<century>(?<sex>[1-8]))(?<year>[0-9]{2})(?<month>[0-9]{2})(?<day>[0-9]{2})[0-9]{4}$',
    birth: { kind: 'year-month-day', centuries: { 1: '18', 2: '18', 3: '19', 4: '19', 5: '20', 6: '20', 7: '21', 8: '21' } },
    sex: { male: '[1357]', female: '[2468]' },
  },
  'in-aadhaar': { scheme: 'in-aadhaar', forms: [{ pattern: '^[2-9][0-9]{11}$' }], checksum: 'verhoeff' },
  // The old form of nine digits and a letter became the new one by the whole year and a zero: one person may hold both.
  'lk-nic': {
    scheme: 'lk-nic',
    forms: [
      { pattern: '^(?<year>[0-9]{2})(?<day>[0-9]{3})(?<serial>[0-9]{4})[VX]$', canonical: '19{year}{day}0{serial}' },
      { pattern: '^[12][0-9]{11}$' },
    ],
    parts: '^(?<year>[0-9]{4})(?<day>[0-9]{3})[0-9]{5}$',
    birth: { kind: 'day-of-year' },
  },
  'ph-philsys': { scheme: 'ph-philsys', forms: [{ pattern: '^[0-9]{16}$' }] },
  'th-pin': { scheme: 'th-pin', forms: [{ pattern: '^[1-8][0-9]{12}$' }], checksum: 'stdnum:TH.idnr' },
  'za-id': {
    scheme: 'za-id',
    forms: [{ pattern: '^[0-9]{13}$' }],
    checksum: 'luhn',
    parts: '^(?<year>[0-9]{2})(?<month>[0-9]{2})(?<day>[0-9]{2})(?<sex>[0-9])[0-9]{6}$',
    birth: { kind: 'year-month-day' },
    sex: { male: '[5-9]', female: '[0-4]' },
  },
};
