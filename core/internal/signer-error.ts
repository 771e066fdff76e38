/** Something is wrong with the keys: what, where, and how to mend it. Never holds key material. */
export class SignerError extends Error {
  readonly code: string;
  readonly fix: string;
  constructor(code: string, what: string, fix: string, options?: ErrorOptions) {
    super(`${what}. ${fix}`, options);
    this.name = 'SignerError';
    this.code = code;
    this.fix = fix;
  }
}
