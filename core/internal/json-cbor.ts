import { decode, encode, Tokenizer, Type } from 'cborg';
import { jsonSnapshot } from '../api/json-snapshot.js';

/** As deep as the strict JSON reader goes. */
const MAX_DEPTH = 64;

const OPTIONS = {
  allowBigInt: false,
  allowUndefined: false,
  allowNaN: false,
  allowInfinity: false,
  rejectDuplicateMapKeys: true,
};

/** A JSON value as one CBOR item (RFC 8949), members in the order in which they stand. */
export function encodeJsonAsCbor(value: unknown): Uint8Array {
  return encode(value, { mapSorter: () => 0 });
}

/**
 * The JSON value that one CBOR item stands for, or undefined when it is none: bytes, tags, undefined, NaN, integers beyond
 * 2^53, texts that are not UTF-8, keys that are no text or given twice, `__proto__`, more bytes behind it, or more than is
 * bounded (see jsonSnapshot).
 */
export function decodeJsonFromCbor(bytes: Uint8Array): unknown {
  try {
    if (!isBounded(bytes)) return undefined;
    // What the library leaves in place for a break where none belongs is no JSON, and neither are bytes and -0.
    return jsonSnapshot(decode(bytes, OPTIONS));
  } catch {
    return undefined;
  }
}

/** Found token by token, before anything is built: the library's decoder calls itself for every level, and mends bad UTF-8. */
function isBounded(bytes: Uint8Array): boolean {
  const tokens = new Tokenizer(bytes, { ...OPTIONS, retainStringBytes: true });
  /** How many items each open array or map still waits for. */
  const open: number[] = [];
  while (!tokens.done()) {
    const { type, value, byteValue } = tokens.next();
    if (Type.equals(type, Type.tag) || (byteValue && !isUtf8(byteValue))) return false;
    if (Type.equals(type, Type.break)) {
      open.pop();
      continue;
    }
    if (open.length > 0) open.push((open.pop() as number) - 1);
    if (Type.equals(type, Type.array)) open.push(value as number);
    if (Type.equals(type, Type.map)) open.push((value as number) * 2);
    if (open.length > MAX_DEPTH) return false;
    while (open.at(-1) === 0) open.pop();
  }
  return true;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
