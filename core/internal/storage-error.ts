/** Something is wrong with the database: what, where, and how to mend it. Holds no password and no data from it. */
export class StorageError extends Error {
  readonly code: string;
  readonly fix: string;
  constructor(code: string, what: string, fix: string, options?: ErrorOptions) {
    super(`${what}. ${fix}`, options);
    this.name = 'StorageError';
    this.code = code;
    this.fix = fix;
  }
}
