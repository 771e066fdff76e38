/** A claim of the house → the provider's (OpenID Connect Core section 5.1). */
export const CLAIMS: Readonly<Record<string, string>> = {
  name: 'name',
  givenName: 'given_name',
  familyName: 'family_name',
  birthDate: 'birthdate',
  gender: 'gender',
  email: 'email',
  phone: 'phone_number',
};

/** Which scope brings a claim (section 5.4), where claims are not asked for one by one. */
const SCOPES = new Map([
  ['email', 'email'],
  ['email_verified', 'email'],
  ['phone_number', 'phone'],
  ['phone_number_verified', 'phone'],
  ['address', 'address'],
]);
export const scopeOf = (providersName: string): string => SCOPES.get(providersName) ?? 'profile';

export interface ClaimMapping {
  /** The house's name → the provider's. */
  readonly claims: Readonly<Record<string, string>>;
  /** Of values in several languages: BCP 47, the first that is there. */
  readonly languages: readonly string[];
}

const LONGEST = 200;

/** Those of the provider's claims that are wanted, in the house's coding. One that cannot be read is named in `unread`, not given. */
export function mapClaims(
  given: Readonly<Record<string, unknown>>,
  wanted: readonly string[],
  { claims, languages }: ClaimMapping,
  now: Date,
): { readonly claims: Readonly<Record<string, string>>; readonly unread: readonly string[] } {
  const [read, unread]: [Record<string, string>, string[]] = [{}, []];
  for (const name of wanted) {
    const theirs = Object.hasOwn(claims, name) ? claims[name] : undefined;
    const value = theirs === undefined ? undefined : inLanguage(given, theirs, languages);
    if (value === undefined || value === null || value === '') continue;
    const mapped = typeof value === 'string' ? (CODED.get(name) ?? plainText)(value, now) : undefined;
    if (mapped === undefined) unread.push(name);
    else read[name] = mapped;
  }
  return { claims: read, unread };
}

/** `name#si` before `name` (section 5.2). */
function inLanguage(given: Readonly<Record<string, unknown>>, name: string, languages: readonly string[]): unknown {
  const found = [...languages.map((language) => `${name}#${language}`), name].find((key) => Object.hasOwn(given, key));
  return found === undefined ? undefined : given[found];
}

type Reading = (value: string, now: Date) => string | undefined;

const CODED: ReadonlyMap<string, Reading> = new Map(Object.entries({ birthDate, gender, phone, email }));

/** `YYYY`, `YYYY-MM-DD` (section 5.1), or with slashes as MOSIP has it. Year 0000 means that it is not told: then nothing is. */
function birthDate(value: string, now: Date): string | undefined {
  const date = value.trim().replaceAll('/', '-');
  if (!/^(?!0000)\d{4}(-\d{2}(-\d{2})?)?$/.test(date)) return undefined;
  const at = new Date(`${date}${'-01-01'.slice(date.length - 4)}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date) && at <= now ? date : undefined;
}

/** FHIR administrative gender. OpenID defines male and female and leaves others free; e-Signet writes them with capitals. */
function gender(value: string): string | undefined {
  return GENDERS.get(value.trim().toLowerCase());
}
const GENDERS = new Map(
  Object.entries({ female: 'female', f: 'female', male: 'male', m: 'male', other: 'other', others: 'other', unknown: 'unknown' }),
);

/** E.164, as section 5.1 recommends. */
function phone(value: string): string | undefined {
  const number = value.replace(/[\s().-]/g, '');
  return /^\+[1-9][0-9]{6,14}$/.test(number) ? number : undefined;
}

function email(value: string): string | undefined {
  const address = value.trim();
  return address.length <= 254 && /^[^\s@]+@[^\s@]+$/u.test(address) ? address : undefined;
}

function plainText(value: string): string | undefined {
  const text = value.normalize('NFC').replace(/\s+/gu, ' ').trim();
  return text !== '' && text.length <= LONGEST && !/[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}]/u.test(text) ? text : undefined;
}
