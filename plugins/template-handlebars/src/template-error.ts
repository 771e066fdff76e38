/** A template that cannot be compiled or rendered: where, and why, without a value of its data. */
export class HandlebarsError extends Error {
  readonly code = 'TEMPLATE_HANDLEBARS';
  constructor(file: string, line: number | undefined, reason: string, options?: ErrorOptions) {
    super(`${file}${line === undefined ? '' : `:${line}`}: ${reason}`, options);
    this.name = 'HandlebarsError';
  }
}
