import { type Channel, type Fault, type Recipient, Refusal } from '../../api/index.js';
import type { FieldCipher } from '../../internal/index.js';

/** Nothing that separates addresses, ends a header or cannot be seen; what mail programs quote is left to them. */
const LOCAL_PART = /^[^\s\p{C}"(),:;<>@[\\\]]{1,64}$/u;
const DOMAIN =
  /^(?=.{4,253}$)[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?(?:\.[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?)+$/u;
const LONGEST_ADDRESS = 254;

const FIELDS: Readonly<Record<keyof Recipient, { readonly fits: (text: string) => boolean; readonly fix: string }>> = {
  email: { fits: isEmailAddress, fix: 'Send one address alone, as in name@example.org.' },
  phone: { fits: (text) => /^\+[1-9]\d{6,14}$/.test(text), fix: 'Send the number as in +94771234567 (E.164).' },
  language: {
    fits: (text) => text.length <= 35 && /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(text),
    fix: 'Send a tag as in en or ar-EG (BCP 47).',
  },
};
const NAMES = Object.keys(FIELDS) as (keyof Recipient)[];

/** Refuses (422) what obviously reaches nobody, naming the field and never its value. */
export function checkRecipient(recipient: Recipient): void {
  const faults = NAMES.flatMap((name): Fault[] => {
    const value: unknown = recipient[name];
    const { fits, fix } = FIELDS[name];
    if (value === undefined || (typeof value === 'string' && fits(value))) return [];
    return [{ pointer: `/recipient/${name}`, code: 'FIELD_WRONG_FORMAT', detail: `this is no ${name} that anything can be sent to`, fix }];
  });
  if (faults.length > 0) throw new Refusal(422, 'RECIPIENT_INVALID', 'The recipient cannot be reached so.', { errors: faults });
}

function isEmailAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  return text.length <= LONGEST_ADDRESS && at > 0 && LOCAL_PART.test(text.slice(0, at)) && DOMAIN.test(text.slice(at + 1));
}

/** What a channel gets of a recipient: what it needs, and the language. Undefined when something it needs is missing. */
export function recipientFor({ needs }: Channel, recipient: Recipient): Recipient | undefined {
  if (needs.some((name) => recipient[name] === undefined)) return undefined;
  const names = NAMES.filter((name) => (name === 'language' || needs.includes(name)) && recipient[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, recipient[name]]));
}

const placeOf = (tenant: string, id: string): string => `delivery/recipient/${tenant}/${id}`;

/** Null for one of whom nothing is known. */
export async function sealRecipient(cipher: FieldCipher, tenant: string, id: string, recipient: Recipient): Promise<string | null> {
  return Object.keys(recipient).length === 0 ? null : cipher.encrypt(JSON.stringify(recipient), placeOf(tenant, id));
}

/** Throws an Error when it was altered, moved, or encrypted under another key. */
export async function openRecipient(cipher: FieldCipher, tenant: string, id: string, sealed: string | null): Promise<Recipient> {
  return sealed === null ? {} : JSON.parse(await cipher.decrypt(sealed, placeOf(tenant, id)));
}
