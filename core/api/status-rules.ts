import { statusBits } from './status-bits.js';
import { isObject, isText, isUrl, listOf } from './vc-members.js';

const ENTRY = 'BitstringStatusListEntry';
const LIST_CREDENTIAL = 'BitstringStatusListCredential';
const LIST = 'BitstringStatusList';

/** More bits for one status than anybody has messages. */
const MOST_BITS = 8;

/**
 * An entry of `credentialStatus` (https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistentry), or one of another
 * kind. An entry of a list that nobody could look up would pass for one that is in order.
 */
export function isStatusEntry(entry: Readonly<Record<string, unknown>>): boolean {
  const { id, type, statusPurpose, statusListIndex, statusListCredential, statusReference } = entry;
  if (!listOf(type).includes(ENTRY)) return true;
  return (
    isText(statusPurpose) &&
    typeof statusListIndex === 'string' &&
    /^\d{1,15}$/.test(statusListIndex) &&
    isUrl(statusListCredential) &&
    // It would tell the status of everybody on it.
    id !== statusListCredential &&
    areMessages(entry) &&
    (statusReference === undefined || (listOf(statusReference).length > 0 && listOf(statusReference).every(isUrl)))
  );
}

/** One message for each value that so many bits can have; without messages there is one bit. */
function areMessages({ statusSize = 1, statusMessage }: Readonly<Record<string, unknown>>): boolean {
  if (typeof statusSize !== 'number' || !Number.isInteger(statusSize) || statusSize < 1 || statusSize > MOST_BITS) return false;
  if (statusMessage === undefined) return statusSize === 1;
  const isMessage = (value: unknown) =>
    isObject(value) && typeof value.message === 'string' && typeof value.status === 'string' && /^0x[0-9a-f]{1,4}$/i.test(value.status);
  return Array.isArray(statusMessage) && statusMessage.length === 2 ** statusSize && statusMessage.every(isMessage);
}

/** What a credential that is a status list says (https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistcredential). */
export function isStatusListSubject(subject: unknown, type: unknown): boolean {
  if (!listOf(type).includes(LIST_CREDENTIAL)) return true;
  if (!isObject(subject) || subject.type !== LIST) return false;
  const { statusPurpose, encodedList, ttl } = subject;
  const arePurposes = listOf(statusPurpose).length > 0 && listOf(statusPurpose).every(isText);
  const isTime = ttl === undefined || (Number.isSafeInteger(ttl) && (ttl as number) >= 0);
  return arePurposes && isTime && statusBits(encodedList) !== undefined;
}
