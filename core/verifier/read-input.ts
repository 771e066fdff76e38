import { fromBase64 } from '../api/base64.js';
import { decodeDivocZip, looksLikeZip } from '../api/divoc-zip.js';
import { isStrictJsonError, parseStrictJson } from '../api/index.js';
import { decodePixelPass, looksLikePixelPass } from '../internal/pixelpass.js';
import type { InputFailure } from './input-failure.js';

export type ReadInput = { readonly document: unknown } | { readonly failure: InputFailure };

/** Is this text a credential by itself (`HC1:…`, a JWT), rather than one in an encoding of the house? */
export type IsDocument = (text: string) => boolean;

const MAX_INPUT = 262_144;
const BASE64_PREFIX = 'B64:';

/**
 * Turns what somebody scanned, pasted or uploaded into parsed JSON: an object as it is, JSON text, DIVOC's zip in one of
 * its three forms in print (raw bytes; UTF-8 of the bytes read as Latin-1; `B64:` and base64), or PixelPass. A text that
 * `isDocument` knows is a document as it stands. Never throws.
 */
export function readInput(input: unknown, isDocument: IsDocument = () => false): ReadInput {
  if (typeof input === 'string') return input.length > MAX_INPUT ? { failure: 'INPUT_TOO_LARGE' } : readText(input, isDocument);
  if (input instanceof Uint8Array) return input.length > MAX_INPUT ? { failure: 'INPUT_TOO_LARGE' } : readBytes(input, isDocument);
  return isTooLarge(input) ? { failure: 'INPUT_TOO_LARGE' } : { document: input };
}

/** What is too large as text is too large as an object. One that cannot be written as text is left to the formats to refuse. */
function isTooLarge(document: unknown): boolean {
  try {
    return (JSON.stringify(document) ?? '').length > MAX_INPUT;
  } catch {
    return false;
  }
}

function readBytes(bytes: Uint8Array, isDocument: IsDocument): ReadInput {
  // The UTF-8 form begins with the same four ASCII bytes, so a zip that does not open may still be one.
  const inner = looksLikeZip(bytes) ? decodeDivocZip(bytes) : undefined;
  if (inner) return readJson(inner);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { failure: looksLikeZip(bytes) ? 'INPUT_ZIP_INVALID' : 'INPUT_NOT_TEXT' };
  }
  return readText(text, isDocument);
}

function readText(text: string, isDocument: IsDocument): ReadInput {
  if (text.startsWith('PK\u0003\u0004')) {
    if (/[^\0-\xff]/.test(text)) return { failure: 'INPUT_ZIP_INVALID' };
    return readZip(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
  }
  // A file may end with a line feed. Nothing else is trimmed: spaces are digits of Base45.
  const line = text.replace(/\r?\n$/, '');
  if (isDocument(line)) return { document: line };
  if (looksLikePixelPass(line)) return readPixelPass(line, isDocument);
  const trimmed = text.trim();
  if (!trimmed.startsWith(BASE64_PREFIX)) return readJson(trimmed);
  const base64 = trimmed.slice(BASE64_PREFIX.length);
  const bytes = fromBase64(base64);
  if (!bytes) return { failure: 'INPUT_BASE64_INVALID' };
  return readZip(bytes);
}

function readZip(bytes: Uint8Array): ReadInput {
  const json = decodeDivocZip(bytes);
  return json ? readJson(json) : { failure: 'INPUT_ZIP_INVALID' };
}

const PIXELPASS_FAILURES = { base45: 'INPUT_BASE45_INVALID', zlib: 'INPUT_ZLIB_INVALID', content: 'INPUT_CBOR_INVALID' } as const;

function readPixelPass(text: string, isDocument: IsDocument): ReadInput {
  const read = decodePixelPass(text);
  if ('failure' in read) return { failure: PIXELPASS_FAILURES[read.failure] };
  if (!('text' in read)) return read;
  // A PixelPass code holds JSON or a credential that is one text (a JWT).
  return isDocument(read.text) ? { document: read.text } : readJson(read.text);
}

function readJson(source: string | Uint8Array): ReadInput {
  try {
    return { document: parseStrictJson(source) };
  } catch (error) {
    return { failure: isStrictJsonError(error) && error.code === 'JSON_DUPLICATE_KEY' ? 'INPUT_KEY_TWICE' : 'INPUT_NOT_JSON' };
  }
}
