import type Handlebars from 'handlebars';

/** A template that cannot be compiled or rendered: where, and why, without a value of its data. */
export class HandlebarsError extends Error {
  readonly code = 'TEMPLATE_HANDLEBARS';
  constructor(file: string, line: number | undefined, reason: string, options?: ErrorOptions) {
    super(`${file}${line === undefined ? '' : `:${line}`}: ${reason}`, options);
    this.name = 'HandlebarsError';
  }
}

/** Of Handlebars: a member of an object is missing. It says where, after showing the object. */
const MISSING = /^"([^"]*)" not defined in .* - (\d+):\d+$/s;
/** Of JavaScript: there is no object to begin with, but nothing or a text (which the message quotes). */
const NO_OBJECT = /^Cannot (?:use 'in' operator to search for '([^']*)' in |read properties of \w+ \(reading '([^']*)'\))/;

/** Lets what goes wrong while rendering say in which file, on which line, and nothing of the data: no message goes through. */
export function withPlace(
  render: Handlebars.TemplateDelegate,
  file: string,
  fields: ReadonlyMap<string, number>,
): Handlebars.TemplateDelegate {
  return (context, options) => {
    try {
      return render(context, options);
    } catch (error) {
      if (error instanceof HandlebarsError) throw error;
      const message = error instanceof Error ? error.message : '';
      const [, missing, line] = MISSING.exec(message) ?? [];
      const [, ofText, ofNothing] = NO_OBJECT.exec(message) ?? [];
      const field = missing ?? ofText ?? ofNothing;
      if (field === undefined) throw new HandlebarsError(file, undefined, 'it cannot be rendered');
      throw new HandlebarsError(file, line === undefined ? fields.get(field) : Number(line), `there is no field '${field}' here`);
    }
  };
}
