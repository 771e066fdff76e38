import { STATUS_CODES } from 'node:http';
import { type Fault, isRefusal } from '../api/refusal.js';
import { ERRORS, type ErrorCode } from './errors.js';

/** An RFC 9457 problem document. `incident` finds the fault in our log; no value that was sent stands in it. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly fix?: string;
  readonly incident?: string;
  readonly errors?: readonly Fault[];
}

export interface Problem {
  readonly document: ProblemDocument;
  readonly headers: Readonly<Record<string, string>>;
  /** Not expected: to be logged with its stack. */
  readonly unexpected: boolean;
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** What Fastify and Node say of a request that never reached a handler. */
const FRAMEWORK_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_BAD_URL: 'URL_MALFORMED',
  FST_ERR_MAX_PARAM_LENGTH: 'URL_TOO_LONG',
  FST_ERR_NOT_FOUND: 'NOT_FOUND',
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MEDIA_TYPE_UNSUPPORTED',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'REQUEST_MALFORMED',
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: 'MEDIA_TYPE_UNSUPPORTED',
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
};

/** The problem of a code in the edge's own table. */
export function problemOf(code: ErrorCode, more: { detail?: string; incident?: string } = {}): Problem {
  const { status, title, fix } = ERRORS[code];
  const document = { type: typeOf(code), title, status, code, detail: more.detail ?? `${title}.`, fix };
  return { document: more.incident ? { ...document, incident: more.incident } : document, headers: {}, unexpected: status === 500 };
}

/** The problem that an error is shown as. Whatever is not known to be safe to show becomes an incident. */
export function problemFrom(error: unknown, incident: string): Problem {
  if (isRefusal(error)) {
    const { status, code } = error;
    const entry = Object.hasOwn(ERRORS, code) ? ERRORS[code as ErrorCode] : undefined;
    const document: ProblemDocument = {
      type: typeOf(code),
      title: entry?.title ?? STATUS_CODES[status] ?? 'Refused',
      status,
      code,
      detail: error.message,
      ...(entry && { fix: entry.fix }),
      ...(error.errors.length > 0 && { errors: error.errors }),
    };
    return { document, headers: { ...challenge(status), ...lowerCased(error.headers) }, unexpected: false };
  }
  const { code, statusCode } = (error ?? {}) as { code?: unknown; statusCode?: unknown };
  const known = typeof code === 'string' && Object.hasOwn(FRAMEWORK_CODES, code) ? FRAMEWORK_CODES[code] : undefined;
  if (known) return problemOf(known);
  // Static files speak in http-errors: 403 for a path that climbs out of its folder, 404, 416.
  if (typeof code === 'string' && code.startsWith('FST_') && isClientError(statusCode)) return problemOf('REQUEST_MALFORMED');
  return problemOf('INTERNAL', { incident });
}

/** A URN: the code is the whole identity, and there is nothing to fetch. */
function typeOf(code: string): string {
  return `urn:divoc:problem:${code.toLowerCase().replaceAll('_', '-')}`;
}

/** RFC 9110 section 15.5.2: a 401 names a way to authenticate. */
function challenge(status: number): Record<string, string> {
  return status === 401 ? { 'www-authenticate': 'Bearer error="invalid_token"' } : {};
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function isClientError(status: unknown): boolean {
  return typeof status === 'number' && status >= 400 && status < 500;
}
