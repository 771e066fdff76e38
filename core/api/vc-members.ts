import { RECORD_FORMATS } from './record-formats.js';

/** What members of credentials, presentations and proofs may be. */

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

export const isUrl = (value: unknown): value is string => typeof value === 'string' && /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i.test(value);

export const isInstant = (value: unknown): value is string => typeof value === 'string' && RECORD_FORMATS['date-time'](value);

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const listOf = (value: unknown): readonly unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** The URL itself, or that of an object which says more about it (issuers, holders). */
export const idOf = (value: unknown): string | undefined =>
  isUrl(value) ? value : isObject(value) && isUrl(value.id) ? value.id : undefined;
