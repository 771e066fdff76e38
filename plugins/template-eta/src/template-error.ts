import { basename } from 'node:path';
import { MissingField } from './strict-data.js';

/** A template that cannot be compiled or rendered: where, and why, without a value of its data. */
export class EtaTemplateError extends Error {
  readonly code = 'TEMPLATE_ETA';
  constructor(file: string, line: number | undefined, reason: string, options?: ErrorOptions) {
    super(`${file}${line === undefined ? '' : `:${line}`}: ${reason}`, options);
    this.name = 'EtaTemplateError';
  }
}

/** Of Eta in debug mode: `<file>:<line>` stands first. */
const PLACE = /^(\S+\.eta):(\d+)\n/;

/** What Eta or the template's own code has thrown. Only words that cannot quote the data go through. */
export function withPlace(error: unknown, template: string): EtaTemplateError {
  if (error instanceof EtaTemplateError) return error;
  const { message = '', name, cause } = (error ?? {}) as Error;
  const [, file = template, line] = PLACE.exec(message) ?? [];
  const place = [basename(file), line === undefined ? undefined : Number(line)] as const;
  if (cause instanceof EtaTemplateError) return cause;
  // An include's own place is further in.
  if (PLACE.test((cause as Error | undefined)?.message ?? '')) return withPlace(cause, template);
  if (cause instanceof MissingField) return new EtaTemplateError(...place, cause.message);
  if (name === 'EtaFileResolution Error') return new EtaTemplateError(...place, 'it includes a file that is not in its folder');
  return new EtaTemplateError(...place, 'its code failed');
}
