import { StorageError } from './storage-error.js';

/** A row with such a key is there already. `where` names table and key, never values. */
export const uniqueFault = (where: string): StorageError =>
  new StorageError('STORAGE_UNIQUE', `${where} is there already`, 'Write onConflict(…).ignore() where that may happen.');

/** A row breaks a rule of its table. */
export const constraintFault = (rule: string, where: string): StorageError =>
  new StorageError('STORAGE_CONSTRAINT', `a row breaks a rule of its table: ${rule} of ${where}`, 'Correct the code that writes it.');

/** A trigger of ours has refused. `text` is a constant of the step that made the trigger. */
export const triggerFault = (text: string): StorageError =>
  new StorageError('STORAGE_REFUSED', text, 'The database keeps this rule itself; correct the code that breaks it.');

/** Any other one: a mistake in SQL, most likely. */
export function otherFault(what = 'UNKNOWN', sql?: string): StorageError {
  const statement = sql === undefined ? 'the database could not be used' : `a statement failed: ${withoutValues(sql)}`;
  return new StorageError('STORAGE_STATEMENT', `${statement} (${what})`, "Look the code up among the database's own.");
}

const LONGEST = 300;

/** The statement up to its first literal, without numbers: values of ours are bound, but a step may have written one. */
const withoutValues = (sql: string): string => (sql.split(/'|\$\$/)[0] ?? '').replace(/(?<![$\w])\d[\d.]*/g, '…').slice(0, LONGEST);
