import * as cdigit from 'cdigit';
import { stdnum } from 'stdnum';

/** Is the number's check digit right? Undefined for an algorithm that the libraries do not have. */
export function checkDigitOf(algorithm: string): ((number: string) => boolean) | undefined {
  const [, country, kind] = /^stdnum:([A-Z]{2})\.([a-z]+)$/.exec(algorithm) ?? [];
  if (country !== undefined && kind !== undefined) {
    const validate = validatorOf(own(stdnum, country), kind);
    return validate && ((number) => (validate(number) as { isValid?: unknown }).isValid === true);
  }
  const validate = validatorOf(cdigit, algorithm);
  return validate && ((number) => validate(number) === true);
}

/** A member of the library's own: `constructor` and the like are everybody's. */
const own = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null && Object.hasOwn(of, name) ? (of as Record<string, unknown>)[name] : undefined;

function validatorOf(library: unknown, name: string): ((number: string) => unknown) | undefined {
  const found = own(library, name) as { validate?: unknown } | undefined;
  return typeof found?.validate === 'function' ? (number) => (found.validate as (value: string) => unknown)(number) : undefined;
}
