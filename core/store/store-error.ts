/** What can be wrong with the database or with those who use it, and how to mend it. */
const errors = {
  DATABASE_NEWER: 'Run the version of DIVOC that made it, or a newer one; steps are never taken back.',
  MIGRATIONS_REORDERED: 'Add new steps at the end of the list; those that were applied somewhere keep their names and places.',
  MIGRATIONS_MISNAMED: 'Name each step once, with four digits in front, in the order of the list: 0001-records.',
  JOBS_QUEUE_TAKEN: 'Let one part handle the queue.',
  STATE_KEY_INVALID: 'Use 1 to 512 characters, none of them a control character or half of a surrogate pair.',
} as const;

export type StoreErrorCode = keyof typeof errors;

/** A fault with a fix. Holds no data from the database. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  readonly fix: string;
  constructor(code: StoreErrorCode, what: string) {
    super(`${what}. ${errors[code]}`);
    this.name = 'StoreError';
    this.code = code;
    this.fix = errors[code];
  }
}
