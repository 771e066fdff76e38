import { type Fault, Refusal, type RefusalStatus } from '../api/refusal.js';

interface ErrorEntry {
  readonly status: number;
  /** What kind of mistake it is: the same for every occurrence (RFC 9457 section 3.1.3). */
  readonly title: string;
  /** How the caller mends it. */
  readonly fix: string;
}

/** Every problem that the edge itself reports, by code. */
export const ERRORS = {
  REQUEST_MALFORMED: {
    status: 400,
    title: 'The request is not well-formed HTTP',
    fix: 'Send a valid HTTP/1.1 request whose Content-Length is that of its body.',
  },
  URL_MALFORMED: { status: 400, title: 'The URL is not well-formed', fix: 'Percent-encode the URL as UTF-8 (RFC 3986).' },
  QUERY_MALFORMED: { status: 400, title: 'The query is not well-formed', fix: 'Percent-encode names and values as UTF-8.' },
  QUERY_REPEATED: { status: 400, title: 'A query parameter is given twice', fix: 'Give each parameter once.' },
  BODY_MISSING: { status: 400, title: 'The body is missing', fix: 'Send the body that /openapi.json describes.' },
  BODY_NOT_ALLOWED: { status: 400, title: 'This route takes no body', fix: 'Send the request without a body.' },
  BODY_NOT_UTF8: { status: 400, title: 'The body is not UTF-8', fix: 'Encode the body as UTF-8 without a byte order mark.' },
  JSON_INVALID: { status: 400, title: 'The text is not strict JSON', fix: 'Send one JSON value (RFC 8259) with unique member names.' },
  BODY_INVALID: {
    status: 400,
    title: 'The body does not fit its schema',
    fix: 'Mend the fields that errors names; /openapi.json holds the schema.',
  },
  IDEMPOTENCY_KEY_INVALID: {
    status: 400,
    title: 'The Idempotency-Key is not usable',
    fix: 'Send 1 to 255 visible ASCII characters, for example a UUID.',
  },
  IDEMPOTENCY_UNAVAILABLE: {
    status: 400,
    title: 'This deployment keeps no idempotency keys',
    fix: 'Send the request without an Idempotency-Key.',
  },
  UNAUTHENTICATED: { status: 401, title: 'Who asks is not known', fix: 'Send a valid token: Authorization: Bearer TOKEN.' },
  SCOPE_MISSING: { status: 403, title: 'The caller may not do this', fix: 'Ask the administrator for a role that holds the scope.' },
  NOT_FOUND: { status: 404, title: 'There is nothing here', fix: 'Compare the path with /openapi.json.' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The path knows no such method', fix: 'Use a method that the Allow header names.' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request took too long to arrive', fix: 'Send the whole request at once.' },
  IDEMPOTENCY_KEY_RUNNING: {
    status: 409,
    title: 'A request with this key is still running',
    fix: 'Wait as Retry-After says, then send it again.',
  },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large', fix: 'Send less at once.' },
  URL_TOO_LONG: { status: 414, title: 'The URL is too long', fix: 'Shorten the path and the query.' },
  MEDIA_TYPE_UNSUPPORTED: {
    status: 415,
    title: 'The body has the wrong media type',
    fix: 'Send Content-Type: application/json, in UTF-8 and without Content-Encoding.',
  },
  RAW_TYPE_UNSUPPORTED: {
    status: 415,
    title: 'The body has the wrong media type',
    fix: 'Send a Content-Type that the route names, and no Content-Encoding.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: 'The Idempotency-Key belongs to another request',
    fix: 'Use a new key for each new request.',
  },
  HEADERS_TOO_LARGE: { status: 431, title: 'The headers are too large', fix: 'Send fewer and shorter headers.' },
  INTERNAL: { status: 500, title: 'The fault is ours', fix: 'Try again later; report the incident id when it comes back.' },
  OVERLOADED: { status: 503, title: 'Too many requests are running', fix: 'Wait as Retry-After says, then send it again.' },
} as const satisfies Readonly<Record<string, ErrorEntry>>;

export type ErrorCode = keyof typeof ERRORS;
type RefusableCode = { [C in ErrorCode]: (typeof ERRORS)[C]['status'] extends RefusalStatus ? C : never }[ErrorCode];

/** How to mend one member of a body or one place in a JSON text, by the code of its Fault. */
export const FIXES = {
  FIELD_MISSING: 'Add the member.',
  FIELD_UNKNOWN: 'Remove the member, or correct its name.',
  FIELD_WRONG_TYPE: 'Send the JSON type that the schema names; nothing is converted.',
  FIELD_WRONG_FORMAT: 'Write the value in the form that the schema names.',
  FIELD_OUT_OF_RANGE: 'Keep within the limits of the schema.',
  FIELD_NOT_ALLOWED: 'Use one of the values that the schema allows.',
  FIELD_NO_MATCH: 'Fit one of the alternatives of the schema.',
  JSON_SYNTAX: 'Write JSON as RFC 8259 defines it.',
  JSON_TRAILING_CONTENT: 'Send exactly one JSON value.',
  JSON_DUPLICATE_KEY: 'Give each member of an object once.',
  JSON_FORBIDDEN_KEY: 'Use another member name.',
  JSON_LONE_SURROGATE: 'Write characters beyond U+FFFF as a whole pair.',
  JSON_TOO_DEEP: 'Nest less deeply.',
  JSON_NUMBER_NOT_EXACT: 'Keep numbers within ±9007199254740991, or send them as strings where the schema allows it.',
} as const satisfies Readonly<Record<string, string>>;

export type FaultCode = keyof typeof FIXES;

/** One thing that is wrong, with its fix from the table. */
export function fault(pointer: string, code: FaultCode, detail: string): Fault {
  return { pointer, code, detail, fix: FIXES[code] };
}

/** A Refusal of the edge; status from the table, and the title when there is nothing more exact to say. */
export function refuse(
  code: RefusableCode,
  detail?: string,
  more?: { errors?: readonly Fault[]; headers?: Record<string, string> },
): Refusal {
  const entry = ERRORS[code];
  return new Refusal(entry.status, code, detail ?? `${entry.title}.`, more);
}
