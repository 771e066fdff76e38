import { isRefusal } from '../api/refusal.js';

/**
 * What may be kept and logged of another part's error: its code or its class. Never its message, which may hold
 * whatever the part was working on.
 */
export function errorCode(error: unknown): string {
  if (isRefusal(error)) return error.code;
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(code)) return code;
  return typeof name === 'string' && /^[A-Z][A-Za-z0-9]{1,63}$/.test(name) ? name : 'UNKNOWN';
}
