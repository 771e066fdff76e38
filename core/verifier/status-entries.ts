import { isObject } from '../api/index.js';

/** Where one purpose of a certificate's status stands, as its signature says. */
export interface StatusEntry {
  readonly purpose: 'revocation' | 'suspension';
  readonly index: number;
  /** URL of the list. */
  readonly list: string;
}

/** Purposes that say something of a certificate, and nothing of whether it holds. */
const OTHERS: readonly unknown[] = ['message', 'refresh'];

/**
 * The entries of a `credentialStatus` (https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistentry), or
 * undefined when one of them is of a kind that is not known here.
 */
export function statusEntries(credentialStatus: unknown): readonly StatusEntry[] | undefined {
  const entries = Array.isArray(credentialStatus) ? credentialStatus : [credentialStatus];
  const read = entries.filter((entry) => !(isBitstringEntry(entry) && OTHERS.includes(entry.statusPurpose))).map(statusEntry);
  return read.every((entry) => entry !== undefined) ? read : undefined;
}

const isBitstringEntry = (entry: unknown): entry is Record<string, unknown> => isObject(entry) && entry.type === 'BitstringStatusListEntry';

function statusEntry(entry: unknown): StatusEntry | undefined {
  if (!isBitstringEntry(entry)) return undefined;
  const { statusPurpose: purpose, statusListIndex: index, statusListCredential: list, statusSize = 1 } = entry;
  const isKnown = (purpose === 'revocation' || purpose === 'suspension') && statusSize === 1 && typeof list === 'string';
  // Larger than any list that would be read.
  if (!isKnown || typeof index !== 'string' || !/^(0|[1-9][0-9]{0,8})$/.test(index)) return undefined;
  return { purpose, index: Number(index), list };
}
