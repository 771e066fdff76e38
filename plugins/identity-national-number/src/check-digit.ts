import * as cdigit from 'cdigit';
import { stdnum } from 'stdnum';

/** Is the number's check digit right? Undefined for an algorithm that the libraries do not have. */
export function checkDigitOf(algorithm: string): ((number: string) => boolean) | undefined {
  const [, country, kind] = /^stdnum:([A-Z]{2})\.([a-z]+)$/.exec(algorithm) ?? [];
  if (country !== undefined && kind !== undefined) {
    const validator = (stdnum as Record<string, Record<string, { validate(value: string): { isValid: boolean } }>>)[country]?.[kind];
    return validator && ((number) => validator.validate(number).isValid);
  }
  const known = cdigit as unknown as Record<string, { validate?(value: string): boolean }>;
  const found = Object.hasOwn(known, algorithm) ? known[algorithm] : undefined;
  return found?.validate && ((number) => found.validate?.(number) === true);
}
