import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { isStrictJsonError, parseStrictJson } from '../api/strict-json.js';
import type { BundleTrust } from '../verifier/trust.js';
import { loadTrustBundles } from '../verifier/trust.js';
import { isRecord } from '../verifier/trust-bundle-error.js';
import { type Formats, verifyInput } from '../verifier/verify.js';
import { readInstant } from './instant.js';

/** A line holds an input of 256 KiB at most, and whom to trust for it. */
const MAX_LINE = 8 * 1024 * 1024;
/** Batches repeat the same few sets of trusted keys. */
const MAX_KEPT = 64;

export interface LinesOptions {
  readonly formats: Formats;
  /** For lines that name nobody themselves. */
  readonly trust: BundleTrust;
  /** For lines without a time of their own. */
  readonly at: Date;
}

/** What is printed of one line. */
export interface VerifiedLine {
  /** As the line has it; null where it has none. */
  readonly id: unknown;
  readonly format: string | null;
  readonly status: string;
  readonly reasons: readonly { readonly code: string; readonly text: string }[];
  readonly [other: string]: unknown;
}

/**
 * Verifies a file of lines, or standard input when it is called `-`: one JSON object a line, one result a line, in their order.
 *
 * A line that cannot be read, or whose trust cannot be relied on, has a result that says so; the others are not held up by it.
 */
export async function* verifyLines(file: string, options: LinesOptions): AsyncGenerator<VerifiedLine> {
  const kept = new Map<string, BundleTrust>();
  let number = 0;
  for await (const line of linesOf(file === '-' ? process.stdin : createReadStream(file))) {
    number += 1;
    if (line !== undefined && line.trim() === '') continue;
    yield await verifyLine(line, number, options, kept);
  }
}

async function verifyLine(
  text: string | undefined,
  number: number,
  options: LinesOptions,
  kept: Map<string, BundleTrust>,
): Promise<VerifiedLine> {
  const refused = (id: unknown, status: string, code: string, said: string): VerifiedLine => ({
    id,
    format: null,
    status,
    reasons: [{ code, text: `Line ${number}: ${said}` }],
  });
  if (text === undefined) return refused(null, 'INVALID_ENCODING', 'LINE_TOO_LARGE', `it is larger than ${MAX_LINE / 1024 / 1024} MiB.`);
  const line = parsed(text);
  if (typeof line === 'string') return refused(null, 'INVALID_ENCODING', 'LINE_NOT_JSON', line);
  const { id = null, input, trust = undefined, at: when, ...others } = line;
  const [stranger] = Object.keys(others);
  if (stranger !== undefined)
    return refused(id, 'INVALID_ENCODING', 'LINE_MEMBER_UNKNOWN', 'it has a member other than id, input, trust and at.');
  if (input === undefined)
    return refused(id, 'INVALID_ENCODING', 'LINE_WITHOUT_INPUT', "it needs 'input': the text of a QR code, or a credential.");
  const at = when === undefined ? options.at : readInstant(when);
  if (!at) return refused(id, 'INVALID_ENCODING', 'LINE_TIME_INVALID', "'at' must be an instant like 2026-11-23T12:00:00Z, or a date.");
  let trusted: BundleTrust;
  try {
    trusted = trust === undefined ? options.trust : trustOf(trust, kept);
  } catch (error) {
    const { code, message } = error as Error & { code?: unknown };
    if (code !== 'TRUST_BUNDLE_INVALID') throw error;
    return refused(id, 'ISSUER_NOT_TRUSTED', 'LINE_TRUST_INVALID', `${message}.`);
  }
  const { format = null, status, answers, reasons, claims, unprotected } = await verifyInput(input, options.formats, trusted, at);
  return { id, format, status, answers, reasons, claims, unprotected };
}

function parsed(text: string): Record<string, unknown> | string {
  try {
    const line = parseStrictJson(text);
    return isRecord(line) ? line : 'it must be a JSON object with id, input, trust and at.';
  } catch (error) {
    if (!isStrictJsonError(error)) throw error;
    return `it is not JSON: ${error.message}.`;
  }
}

function trustOf(given: unknown, kept: Map<string, BundleTrust>): BundleTrust {
  const items = Array.isArray(given) ? given : [given];
  const name = createHash('sha256').update(JSON.stringify(items)).digest('base64');
  const known = kept.get(name);
  if (known) return known;
  const trust = loadTrustBundles(items);
  if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value as string);
  kept.set(name, trust);
  return trust;
}

/** The lines of a stream; undefined stands for one that is too long, which is skipped and never held. */
async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string | undefined> {
  let [parts, length]: [Buffer[], number] = [[], 0];
  const end = (): string | undefined => {
    const line = length > MAX_LINE ? undefined : Buffer.concat(parts).toString('utf8');
    [parts, length] = [[], 0];
    return line;
  };
  for await (const chunk of stream) {
    let from = 0;
    for (let to = chunk.indexOf(10); to >= 0; to = chunk.indexOf(10, from)) {
      parts.push(chunk.subarray(from, to));
      length += to - from;
      from = to + 1;
      yield end();
    }
    length += chunk.length - from;
    if (length > MAX_LINE) parts = [];
    else parts.push(chunk.subarray(from));
  }
  if (length > 0) yield end();
}
