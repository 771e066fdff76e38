import { isStrictJsonError, parseStrictJson, type StrictJsonError } from '../api/strict-json.js';
import { fault, refuse } from './errors.js';

/**
 * Parses the bytes of a body as strict JSON. Throws a Refusal: 400 BODY_NOT_UTF8, or 400 JSON_INVALID with the place
 * in its detail; never with a value.
 */
export function parseJsonBody(bytes: Uint8Array): unknown {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) throw refuse('BODY_NOT_UTF8', 'The body starts with a byte order mark.');
  try {
    return parseStrictJson(bytes);
  } catch (error) {
    throw isStrictJsonError(error) ? refusalOf(error) : error;
  }
}

function refusalOf({ code, pointer, message }: StrictJsonError) {
  if (code === 'JSON_NOT_UTF8') return refuse('BODY_NOT_UTF8');
  return refuse('JSON_INVALID', message, { errors: [fault(pointer, code, message)] });
}
