/** Something keeps tokens from being minted or read here: what, and how to mend it. Never holds a key or a token. */
export class LocalAuthError extends Error {
  readonly code: string;
  readonly fix: string;
  constructor(code: string, what: string, fix: string, options?: ErrorOptions) {
    super(`${what}. ${fix}.`, options);
    this.name = 'LocalAuthError';
    this.code = code;
    this.fix = fix;
  }
}
