import type { JsonSchema } from './plugin.js';
import type { Money } from './ports/payment-scheme.js';

/**
 * ISO 4217 codes by the digits of their minor unit: those of schemas/codes/iso4217.json, which names its source; a test
 * compares the two. Not from Intl, whose digits are CLDR's and differ for currencies in daily use (PKR, LAK, IQD …).
 */
const CODES: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
      CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR
      ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR
      MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN
      SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};

/** Digits of the minor unit by ISO 4217 code. */
export const MINOR_UNITS: ReadonlyMap<string, number> = new Map(
  Object.entries(CODES).flatMap(([digits, codes]) => codes.split(/\s+/).map((code) => [code, Number(digits)] as const)),
);

/** Fifteen digits: any sum of a day fits a JavaScript number and any of a century a 64-bit integer. */
const AMOUNT = '^(0|[1-9][0-9]{0,14})$';

/** The shape of `Money`, for settings and bodies. Whether the code is one of ISO 4217 is for `isMoney` to say. */
export const moneySchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['amount', 'currency'],
  properties: {
    amount: { type: 'string', pattern: AMOUNT, description: 'Integer minor units: "25000" is LKR 250.00.' },
    currency: { type: 'string', pattern: '^[A-Z]{3}$', description: 'ISO 4217 code.' },
  },
};

/** An amount of at most 15 digits in a currency of ISO 4217, and nothing beside the two. */
export function isMoney(value: unknown): value is Money {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return false;
  const { amount, currency } = value as Partial<Record<keyof Money, unknown>>;
  return typeof amount === 'string' && new RegExp(AMOUNT).test(amount) && typeof currency === 'string' && MINOR_UNITS.has(currency);
}

/** `250.00` for 25000 minor units of LKR, `250` for as many of JPY; the amount may be negative. Throws for an unknown currency. */
export function decimalAmount({ amount, currency }: Money): string {
  const digits = MINOR_UNITS.get(currency);
  if (digits === undefined) throw new Error('not a currency of ISO 4217');
  const [sign, units] = amount.startsWith('-') ? ['-', amount.slice(1)] : ['', amount];
  const padded = units.padStart(digits + 1, '0');
  const whole = padded.slice(0, padded.length - digits);
  return digits === 0 ? `${sign}${whole}` : `${sign}${whole}.${padded.slice(-digits)}`;
}
