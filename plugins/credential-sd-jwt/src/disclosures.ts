import { fromBase64url, isObject, jsonSnapshot, parseStrictJson, toBase64url } from '@divoc/core/api';
import { sha256 } from '@noble/hashes/sha2.js';

type Members = Readonly<Record<string, unknown>>;

/** What is not hidden by a Disclosure: nobody could tell what such a credential is worth (SD-JWT VC, section 2.2.2.2). */
const ALWAYS_OPEN = ['iss', 'iat', 'nbf', 'exp', 'cnf', 'vct', 'vct#integrity', 'status', 'credentialStatus', '_sd_alg'];

/** A salt of 128 bits in base64url, for the place of which the JSON Pointer is given. */
export type SaltFor = (pointer: string) => string;

/**
 * An object with a digest in the place of every leaf, and the Disclosures of these (RFC 9901, sections 4.2.1 and 4.2.4.1).
 * The digests are sorted, so that their order says nothing of the names.
 */
export function hidden(
  value: Members,
  saltFor: SaltFor,
  pointer = '',
): { readonly value: Members; readonly disclosures: readonly string[] } {
  const open: Record<string, unknown> = {};
  const digests: string[] = [];
  const disclosures: string[] = [];
  for (const [name, member] of Object.entries(value)) {
    const place = `${pointer}/${name}`;
    if (isObject(member)) {
      const inner = hidden(member, saltFor, place);
      open[name] = inner.value;
      disclosures.push(...inner.disclosures);
    } else {
      const disclosure = toBase64url(new TextEncoder().encode(JSON.stringify([saltFor(place), name, member])));
      disclosures.push(disclosure);
      digests.push(digestOf(disclosure));
    }
  }
  return { value: { ...open, ...(digests.length > 0 && { _sd: digests.sort() }) }, disclosures };
}

/**
 * The payload with what the Disclosures say in the place of their digests, and digests of others left out (section 7.1).
 * Undefined when a Disclosure is malformed, belongs nowhere, or says what was said already, or a digest stands there twice.
 */
export function disclosed(payload: Members, disclosures: readonly string[]): Members | undefined {
  const waiting = new Map<string, readonly unknown[]>();
  for (const disclosure of disclosures) {
    const read = readDisclosure(disclosure);
    const digest = digestOf(disclosure);
    if (!read || waiting.has(digest)) return undefined;
    waiting.set(digest, read);
  }
  try {
    const result = filled(payload, waiting, new Set()) as Record<string, unknown>;
    if (waiting.size > 0 || ALWAYS_OPEN.some((name) => Object.hasOwn(result, name) && !Object.hasOwn(payload, name))) return undefined;
    delete result._sd_alg;
    return result;
  } catch (error) {
    if (error instanceof NotAnSdJwt) return undefined;
    throw error;
  }
}

class NotAnSdJwt extends Error {}

function filled(node: unknown, waiting: Map<string, readonly unknown[]>, seen: Set<string>): unknown {
  const taken = (digest: unknown, length: 2 | 3): readonly unknown[] | undefined => {
    if (typeof digest !== 'string' || seen.has(digest)) throw new NotAnSdJwt();
    seen.add(digest);
    const found = waiting.get(digest);
    if (found && found.length !== length) throw new NotAnSdJwt();
    waiting.delete(digest);
    return found;
  };
  if (Array.isArray(node)) {
    return node.flatMap((element) => {
      if (!isObject(element) || !Object.hasOwn(element, '...')) return [filled(element, waiting, seen)];
      if (Object.keys(element).length !== 1) throw new NotAnSdJwt();
      const found = taken(element['...'], 2);
      return found ? [filled(found[1], waiting, seen)] : [];
    });
  }
  if (!isObject(node)) return node;
  const { _sd: digests = [], ...members } = node;
  if (!Array.isArray(digests) || Object.hasOwn(members, '...')) throw new NotAnSdJwt();
  const result: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(members)) result[name] = filled(member, waiting, seen);
  for (const digest of digests) {
    const [, name, member] = taken(digest, 3) ?? [];
    if (name === undefined) continue;
    if (typeof name !== 'string' || ['_sd', '...', '__proto__'].includes(name) || Object.hasOwn(result, name)) throw new NotAnSdJwt();
    result[name] = filled(member, waiting, seen);
  }
  return result;
}

function readDisclosure(disclosure: string): readonly unknown[] | undefined {
  const bytes = fromBase64url(disclosure);
  const array = bytes && readJson(bytes);
  return Array.isArray(array) && (array.length === 2 || array.length === 3) && typeof array[0] === 'string' ? array : undefined;
}

/** Plain and bounded, or undefined. */
export function readJson(bytes: Uint8Array): unknown {
  try {
    return jsonSnapshot(parseStrictJson(bytes, { maxDepth: 32 }));
  } catch {
    return undefined;
  }
}

/** base64url SHA-256 of the ASCII text. */
export const digestOf = (text: string): string => toBase64url(sha256(new TextEncoder().encode(text)));
