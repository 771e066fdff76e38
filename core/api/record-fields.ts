import { Refusal } from './refusal.js';

/** What formats need that write a record in the words of another standard. */

/** The entry of the first of these names that a table has, whatever their case; what is no text is no name. */
export function entryNamed<T>(table: Readonly<Record<string, T>>, names: readonly unknown[]): T | undefined {
  const folded = (text: string): string => text.trim().toLowerCase();
  for (const name of names.filter((each) => typeof each === 'string').map(folded)) {
    const found = Object.entries(table).find(([known]) => folded(known) === name);
    if (found) return found[1];
  }
  return undefined;
}

/**
 * Makes the Refusals (422 CREDENTIAL_UNFIT) of a form for records that cannot be written in it: they name the place, and never
 * its value. `form`: `a SMART Health Card`; `code`: of the fault, `SHC_FIELD_UNFIT`.
 */
export const unfitRecord =
  (form: string, code: string) =>
  (pointer: string, detail: string, fix: string): Refusal =>
    new Refusal(422, 'CREDENTIAL_UNFIT', `The record cannot be written as ${form}.`, { errors: [{ pointer, code, detail, fix }] });

/** Of the record, as the certificates service names its fields. */
export const recordField = (name: string): string => `/credentialSubject/${name}`;
