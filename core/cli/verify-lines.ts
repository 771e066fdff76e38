import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { isStrictJsonError, parseStrictJson } from '../api/strict-json.js';
import { isObject } from '../api/vc-members.js';
import { systemClock } from '../kernel/boot.js';
import { verdictIn } from '../verifier/messages/languages.js';
import type { BundleTrust } from '../verifier/trust.js';
import { loadTrustBundles } from '../verifier/trust.js';
import { isTrustBundleError } from '../verifier/trust-bundle-error.js';
import { type Formats, verifyInput } from '../verifier/verify.js';
import { inOrder } from './in-order.js';
import { readInstant } from './instant.js';
import type { PinSettings } from './trust-options.js';

/** A line holds an input of 256 KiB at most, and whom to trust for it. */
const MAX_LINE = 8 * 1024 * 1024;
/** Batches repeat the same few sets of trusted keys. */
const MAX_KEPT = 64;

/** Workers take seconds to start: for fewer lines than these, nothing is won. */
const WORTH_WORKERS = 500;

export interface LinesOptions {
  readonly formats: Formats;
  /** For lines that name nobody themselves. */
  readonly trust: BundleTrust;
  /** For lines without a time of their own. */
  readonly at: Date;
  /** For the trust of lines that have none themselves. */
  readonly pins?: Pick<PinSettings, 'keys' | 'maxAgeDays'> | undefined;
  /** Of the texts of reasons; default English. */
  readonly language?: string;
}

/** A line with its number; undefined stands for one that is too long. */
export interface NumberedLine {
  readonly number: number;
  readonly text: string | undefined;
}

/** Verifies lines elsewhere, several batches at a time. */
export interface LineWorkers {
  readonly size: number;
  run(lines: readonly NumberedLine[]): Promise<readonly VerifiedLine[]>;
}

/** What is printed of one line. */
export interface VerifiedLine {
  /** As the line has it; null where it has none, or none that can be told from the rest. */
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
export async function* verifyLines(file: string, options: LinesOptions, workers?: LineWorkers): AsyncGenerator<VerifiedLine> {
  const verifyHere = batchVerifier(options);
  const batches = batchesOf(file === '-' ? process.stdin : createReadStream(file));
  const verify = (lines: readonly NumberedLine[]) => {
    const isMany = (lines.at(-1)?.number ?? 0) > WORTH_WORKERS;
    return workers && isMany ? workers.run(lines) : verifyHere(lines);
  };
  yield* inOrder(batches, verify, workers ? workers.size * 2 : 1);
}

/** Verifies lines one after the other, and keeps the trust that they share. */
export function batchVerifier(options: LinesOptions): (lines: readonly NumberedLine[]) => Promise<readonly VerifiedLine[]> {
  const kept = new Map<string, BundleTrust>();
  return async (lines) => {
    const verified: VerifiedLine[] = [];
    for (const { text, number } of lines) verified.push(await verifyLine(text, number, options, kept));
    return verified;
  };
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
  if (typeof line === 'string') return refused(idIn(text), 'INVALID_ENCODING', 'LINE_NOT_JSON', line);
  const { id = null, input, trust = undefined, pins = undefined, at: when, ...others } = line;
  const [stranger] = Object.keys(others);
  if (stranger !== undefined)
    return refused(id, 'INVALID_ENCODING', 'LINE_MEMBER_UNKNOWN', 'it has a member other than id, input, trust, pins and at.');
  if (input === undefined)
    return refused(id, 'INVALID_ENCODING', 'LINE_WITHOUT_INPUT', "it needs 'input': the text of a QR code, or a credential.");
  const at = when === undefined ? options.at : readInstant(when);
  if (!at) return refused(id, 'INVALID_ENCODING', 'LINE_TIME_INVALID', "'at' must be an instant like 2026-11-23T12:00:00Z, or a date.");
  if (pins !== undefined && (trust === undefined || !Array.isArray(pins) || pins.length === 0))
    return refused(id, 'INVALID_ENCODING', 'LINE_PINS_INVALID', "'pins' must be a list of keys, for the 'trust' of the same line.");
  let trusted: BundleTrust;
  try {
    trusted = trust === undefined ? options.trust : trustOf(trust, pins ? { ...options.pins, keys: pins } : options.pins, kept);
  } catch (error) {
    // Whatever else went wrong, it did over what this line has: the others are not held up by it, and nothing of it is told.
    if (!isTrustBundleError(error)) return refused(id, 'ISSUER_NOT_TRUSTED', 'LINE_TRUST_INVALID', 'its trust cannot be read.');
    const code = error.code === 'TRUST_BUNDLE_INVALID' ? 'LINE_TRUST_INVALID' : error.code;
    return refused(id, 'ISSUER_NOT_TRUSTED', code, `${error.message.replace(/\.$/, '')}.`);
  }
  const verdict = verdictIn(await verifyInput(input, options.formats, trusted, at), options.language ?? 'en');
  const { format = null, status, answers, reasons, claims, unprotected } = verdict;
  return { id, format, status, answers, reasons, trust: takenAs(trusted), claims, unprotected };
}

/** Whether pinned keys have signed all that is trusted, or whoever calls says that it is the right. */
export const takenAs = ({ pinned }: Pick<BundleTrust, 'pinned'>): 'pinned' | 'given' => (pinned ? 'pinned' : 'given');

function parsed(text: string): Record<string, unknown> | string {
  try {
    const line = parseStrictJson(text);
    return isObject(line) ? line : 'it must be a JSON object with id, input, trust and at.';
  } catch (error) {
    if (!isStrictJsonError(error)) throw error;
    return `it is not JSON: ${error.message}.`;
  }
}

/** The id of a line that is no strict JSON (a member stands twice in its credential, say): callers know their lines by it. */
function idIn(text: string): unknown {
  // Whatever is longer, or nested without end, is looked at no further than its beginning.
  const isShort = text.length <= MAX_LINE / 8;
  const [, first] = /^\s*\{\s*"id"\s*:\s*("(?:[^"\\]|\\.){0,1024}"|-?\d{1,15}(?=[\s,}]))/.exec(text) ?? [];
  try {
    const line: unknown = JSON.parse(first !== undefined ? `{"id":${first}}` : isShort ? text : 'null');
    const id = isObject(line) ? line.id : undefined;
    return typeof id === 'string' || typeof id === 'number' ? id : null;
  } catch {
    return null;
  }
}

function trustOf(given: unknown, pins: LinesOptions['pins'], kept: Map<string, BundleTrust>): BundleTrust {
  const items = Array.isArray(given) ? given : [given];
  const name = createHash('sha256')
    .update(JSON.stringify([items, pins?.keys ?? null]))
    .digest('base64');
  const known = kept.get(name);
  if (known) return known;
  const trust = loadTrustBundles(items, pins && { keys: pins.keys, maxAgeDays: pins.maxAgeDays, at: systemClock.now() });
  if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value as string);
  kept.set(name, trust);
  return trust;
}

/** The lines of a stream that are not empty, as many at a time as have come. A line that is too long is skipped and never held. */
async function* batchesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<NumberedLine[]> {
  let [parts, length, number]: [Buffer[], number, number] = [[], 0, 0];
  const end = (): NumberedLine[] => {
    const whole = length > MAX_LINE ? undefined : Buffer.concat(parts).toString('utf8');
    [parts, length] = [[], 0];
    number += 1;
    const text = number === 1 ? whole?.replace(/^\ufeff/, '') : whole;
    return text?.trim() === '' ? [] : [{ number, text }];
  };
  for await (const chunk of stream) {
    const lines: NumberedLine[] = [];
    let from = 0;
    for (let to = chunk.indexOf(10); to >= 0; to = chunk.indexOf(10, from)) {
      parts.push(chunk.subarray(from, to));
      length += to - from;
      from = to + 1;
      lines.push(...end());
    }
    length += chunk.length - from;
    if (length > MAX_LINE) parts = [];
    else parts.push(chunk.subarray(from));
    if (lines.length > 0) yield lines;
  }
  if (length > 0) yield end();
}
