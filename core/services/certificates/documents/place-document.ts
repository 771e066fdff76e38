import type { Knex } from 'knex';
import {
  credentialStatus,
  type DocumentIntent,
  type DocumentRequest,
  type DocumentSealer,
  Refusal,
  type StatusListEntry,
} from '../../../api/index.js';
import type { Storage } from '../../../internal/index.js';
import type { StatusLists } from '../status-lists.js';
import { LIST_ENTRIES } from '../status-permutation.js';

export interface Placing {
  readonly lists?: StatusLists | undefined;
  readonly storage: Storage;
}

interface Unplaced {
  /** The row's. */
  readonly id: string;
  readonly intent: DocumentIntent;
  readonly request: DocumentRequest;
  /** Writes the intent with its audit entry. */
  readonly record: (trx: Knex.Transaction, row: { readonly intent: DocumentIntent; readonly credentialId: string }) => Promise<void>;
}

/**
 * Gives a credential its place in the status lists, in the transaction that records its intent. It is linted before with
 * places that nobody has, so that what is unfit takes none; where the process ends after, its place stays empty for ever.
 * Throws a Refusal (422).
 */
export async function placed(
  { lists, storage }: Placing,
  sealer: DocumentSealer,
  { id, intent, request, record }: Unplaced,
): Promise<DocumentIntent> {
  if (!lists || request.issuer !== 'house')
    throw new Refusal(422, 'STATUS_UNAVAILABLE', 'This issuer keeps no status lists, so that its credentials cannot have a status.');
  if (intent.document.credentialStatus !== undefined) throw statusIsOurs();
  const credentialId = idOf(intent.document, id);
  const withEntries = (entries: readonly StatusListEntry[]): DocumentIntent => ({
    ...intent,
    document: { ...intent.document, id: credentialId, credentialStatus: credentialStatus(entries) },
  });
  await lint(sealer, withEntries(lists.entries(999, LIST_ENTRIES - 1)));
  return storage.transaction(async (trx) => {
    // Every form of it says where its status stands: it has but one.
    const made = withEntries((await lists.allocate(trx, [{ id, inEveryForm: true }])).get(id) ?? []);
    await record(trx, { intent: made, credentialId });
    return made;
  });
}

/** One that is no text is left to the lint. */
function idOf({ id }: Readonly<Record<string, unknown>>, row: string): string {
  return id === undefined ? `urn:uuid:${row}` : (id as string);
}

/** Everything up to the signature. */
async function lint(sealer: DocumentSealer, intent: DocumentIntent): Promise<void> {
  // An error of its own, which the house knows to be the caller's and holds against no format.
  const linted = new Error('linted, and not to be signed');
  await sealer
    .seal(intent, () => Promise.reject(linted))
    .catch((stopped: unknown) => {
      if (stopped !== linted) throw stopped;
    });
}

function statusIsOurs(): Refusal {
  const detail = 'is given by whoever keeps the lists';
  const fault = { pointer: '/credentialStatus', code: 'STATUS_NOT_YOURS', detail, fix: 'Leave it out.' };
  return new Refusal(422, 'STATUS_NOT_YOURS', 'The credential brings a status of its own.', { errors: [fault] });
}
