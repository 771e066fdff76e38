import { isObject, type Trust, type Verdict } from '../api/index.js';
import type { FormatReader } from '../api/ports/credential-format.js';
import { bitAt, statusBits } from '../api/status-bits.js';
import type { StatusEntry } from './status-entries.js';

/** What an entry comes to, or why nobody can tell. */
export type EntryAnswer = 'clear' | 'set' | 'STATUS_LIST_UNKNOWN' | 'STATUS_LIST_UNSOUND' | 'STATUS_LIST_OLD';

/** A list whose signature holds. */
interface SoundList {
  readonly issuer: unknown;
  readonly purposes: readonly unknown[];
  readonly bits: Uint8Array;
  /** Milliseconds since 1970; Infinity for a list that never ends. */
  readonly validFrom: number;
  readonly validUntil: number;
}

/** Where lists are found, not yet verified. */
export interface StatusListTrust extends Trust {
  statusLists?(url: string): readonly unknown[];
}

/**
 * Looks an entry up in the newest list of its URL that the certificate's own issuer has signed.
 *
 * A bit of a list that has passed its date still counts where it says `revocation`, which is never taken back; otherwise an
 * old list answers nothing. A list made after `at` counts: whoever asks about yesterday is told what is known today.
 */
export async function lookUp(
  { purpose, index, list: url }: StatusEntry,
  issuer: string,
  readers: readonly FormatReader[],
  trust: StatusListTrust,
  at: Date,
): Promise<EntryAnswer> {
  const given = trust.statusLists?.(url) ?? [];
  if (given.length === 0) return 'STATUS_LIST_UNKNOWN';
  const opened = await Promise.all(given.map((list) => openList(list, url, readers, trust, at)));
  const fit = opened.filter((list) => list !== undefined).filter((list) => list.issuer === issuer && list.purposes.includes(purpose));
  const newest = fit.sort((a, b) => (a.validFrom < b.validFrom ? 1 : a.validFrom > b.validFrom ? -1 : 0))[0];
  const bit = newest && bitAt(newest.bits, index);
  if (!newest || bit === undefined) return 'STATUS_LIST_UNSOUND';
  if (bit && purpose === 'revocation') return 'set';
  if (!(at.getTime() <= newest.validUntil)) return 'STATUS_LIST_OLD';
  return bit ? 'set' : 'clear';
}

/** A list is verified once for those who trust the same. */
const kept = new WeakMap<Trust, Map<unknown, Promise<SoundList | undefined>>>();

function openList(list: unknown, url: string, readers: readonly FormatReader[], trust: Trust, at: Date): Promise<SoundList | undefined> {
  const lists = kept.get(trust) ?? new Map<unknown, Promise<SoundList | undefined>>();
  kept.set(trust, lists);
  const opened = lists.get(list) ?? soundList(list, url, readers, trust, at);
  lists.set(list, opened);
  return opened;
}

/** The list if its signature holds; how old it may be is asked each time. */
async function soundList(
  list: unknown,
  url: string,
  readers: readonly FormatReader[],
  trust: Trust,
  at: Date,
): Promise<SoundList | undefined> {
  const reader = readers.find((format) => format.recognises(list));
  const { answers, claims } = (await reader?.open(list, trust, at)) ?? {};
  if (answers?.key !== 'pass' || answers.signature !== 'pass') return undefined;
  const subject = claims?.credentialSubject;
  if (!claims || claims.id !== url || !isList(claims) || !isObject(subject) || subject.type !== 'BitstringStatusList') return undefined;
  const bits = statusBits(subject.encodedList);
  if (!bits) return undefined;
  return {
    issuer: isObject(claims.issuer) ? claims.issuer.id : claims.issuer,
    purposes: [subject.statusPurpose].flat(),
    bits,
    // One that does not say since when is older than any that does.
    validFrom: timeOf(claims.validFrom) || Number.NEGATIVE_INFINITY,
    validUntil: claims.validUntil === undefined ? Number.POSITIVE_INFINITY : timeOf(claims.validUntil),
  };
}

const timeOf = (instant: unknown): number => (typeof instant === 'string' ? Date.parse(instant) : Number.NaN);

const isList = ({ type }: NonNullable<Verdict['claims']>): boolean => [type].flat().includes('BitstringStatusListCredential');
