import { RECORD_FORMATS } from '@divoc/core/api';

/** What members of credentials and of proofs may be. */

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

export const isUrl = (value: unknown): boolean => typeof value === 'string' && /^[a-z][a-z0-9+.-]*:\S+$/i.test(value);

export const isInstant = (value: unknown): value is string => typeof value === 'string' && RECORD_FORMATS['date-time'](value);

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
