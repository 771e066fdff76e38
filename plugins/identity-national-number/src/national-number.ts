import { type Clock, type Fault, type Identity, Refusal, type VerifiedIdentity } from '@divoc/core/api';
import { checkDigitOf } from './check-digit.js';
import { derive } from './derive.js';
import { normalise } from './normalise.js';
import type { NumberDefinition } from './number-definition.js';
import { wholePattern } from './safe-pattern.js';

/** Far longer than any number with its separators. */
const LONGEST = 64;
const MOST_FAULTS = 20;

export interface NationalNumberOptions {
  readonly definition: NumberDefinition;
  readonly mask: 'none' | 'last-4';
  readonly assurance: VerifiedIdentity['assurance'];
  readonly clock: Clock;
}

/** Recognises people by one kind of number. What it refuses it names by member, and never repeats. */
export function nationalNumber({ definition, mask, assurance, clock }: NationalNumberOptions): Identity {
  const forms = definition.forms.map(({ pattern, canonical = '{0}' }) => ({ pattern: wholePattern(pattern), canonical }));
  const isSound = definition.checksum === undefined ? () => true : checkDigitOf(definition.checksum);
  if (!isSound) throw new Error(`there is no check digit '${definition.checksum}'`);

  const canonicalOf = (text: string): string => {
    const plain = normalise(text);
    // One character can stand for eighteen (U+FDFA), so that the length counts again.
    if (plain.length > LONGEST) throw refusal(faultsOf(plain));
    for (const { pattern, canonical } of forms) {
      const found = pattern.exec(plain);
      if (found) return canonical.replace(/\{(\w+)\}/g, (_, name: string) => (name === '0' ? plain : (found.groups?.[name] ?? '')));
    }
    throw refusal([numberFault('NUMBER_WRONG_FORM', 'this is not how the number is written', 'Copy it from the document, all of it.')]);
  };

  return {
    async identify(input, { claims }) {
      const canonical = canonicalOf(numberOf(input));
      if (!isSound(canonical)) {
        throw refusal([
          numberFault('NUMBER_CHECK_DIGIT', 'its check digit is wrong', 'Look for a mistyped digit, or two that changed places.'),
        ]);
      }
      const derived = derive(definition, canonical, clock.now());
      if (!derived) throw refusal([numberFault('NUMBER_IMPOSSIBLE', 'the date in it does not exist', 'Copy it from the document again.')]);
      const allowed = Object.entries(derived).filter(([name]) => claims.includes(name));
      return {
        scheme: definition.scheme,
        subject: canonical,
        assurance,
        ...(allowed.length > 0 && { claims: Object.fromEntries(allowed) as Record<string, string> }),
        ...(mask === 'last-4' && { masked: canonical.slice(-4).padStart(canonical.length, '•') }),
      };
    },
  };
}

function numberOf(input: Readonly<Record<string, unknown>>): string {
  const number = Object.hasOwn(input, 'number') ? input.number : undefined;
  const unknown = Object.keys(input).filter((name) => name !== 'number');
  const faults = [...faultsOf(number), ...unknown.slice(0, MOST_FAULTS).map(unknownMember)];
  if (faults.length > 0) throw refusal(faults);
  return number as string;
}

function faultsOf(number: unknown): Fault[] {
  if (number === undefined) return [numberFault('FIELD_MISSING', 'this member is required', 'Send the number as the document shows it.')];
  if (typeof number !== 'string')
    return [numberFault('FIELD_WRONG_TYPE', 'must be a string', 'Send it as a string: zeros at its start count.')];
  if (number.length === 0 || number.length > LONGEST)
    return [numberFault('FIELD_OUT_OF_RANGE', `must have 1 to ${LONGEST} characters`, 'Send the number alone.')];
  return [];
}

const numberFault = (code: string, detail: string, fix: string): Fault => ({ pointer: '/number', code, detail, fix });

/** A member's name comes from the sender, who may have mistaken it for the value: only plain ones are shown. */
function unknownMember(name: string): Fault {
  const isPlain = /^[A-Za-z][A-Za-z_-]{0,63}$/.test(name);
  const detail = isPlain ? 'there is no such member' : 'a member has a name that is not known here';
  return { pointer: isPlain ? `/${name}` : '', code: 'FIELD_UNKNOWN', detail, fix: 'Send { "number": … } alone.' };
}

const refusal = (errors: readonly Fault[]): Refusal =>
  new Refusal(422, 'IDENTITY_INPUT_INVALID', 'The number does not identify anybody.', { errors });
