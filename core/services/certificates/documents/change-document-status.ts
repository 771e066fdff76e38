import { type Clock, type DocumentStatusChange, isObject, type Logger, listOf, Refusal } from '../../../api/index.js';
import type { Audit, Storage } from '../../../internal/index.js';
import { assertNotEnded, published } from '../revoke.js';
import type { StatusEvent, StatusStore } from '../status-store.js';
import type { DocumentRow, DocumentStore } from './document-store.js';

export interface DocumentStatuses {
  readonly storage: Storage;
  readonly store: DocumentStore;
  readonly statuses: StatusStore;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Logger;
  /** Makes it known to verifiers. */
  readonly publish: () => Promise<void>;
}

/** A bit, wanted set or not, as an event; undefined of one that stands so already. */
type Wanted = Pick<DocumentStatusChange, 'purpose' | 'status'>;

/**
 * Sets a credential's bit in the list of one purpose, or takes it back: event and audit entry in one transaction, then the
 * news. All that were issued under one id stand alike, since nobody could say which of them is meant. Throws a Refusal: 404
 * for none with a status, 422 for an entry that is not in it, 409 for what is against an ending.
 */
export async function changeDocumentStatus(changing: DocumentStatuses, change: DocumentStatusChange): Promise<void> {
  const { storage, store, statuses, audit, clock, log, publish } = changing;
  const { credentialId, actor } = change;
  await storage.transaction(async (trx) => {
    const rows = await store.issuedWithStatus(trx, credentialId);
    if (rows.length === 0) throw new Refusal(404, 'CREDENTIAL_UNKNOWN', 'No credential with a status was issued here under this id.');
    if (!rows.some((row) => hasEntry(row, change))) throw notItsEntry();
    for (const { id } of rows) {
      const { state } = await statuses.current(trx, id);
      const event = eventOf(state, change);
      if (!event) continue;
      await statuses.add(trx, id, { ...event, actor, at: clock.now().toISOString() });
      const detail = { ...(event.reason !== undefined && { reason: event.reason }), before: state };
      await audit.append(trx, { actor, action: `document.${NAMES[event.state]}`, subject: id, detail });
      log.debug({ stage: 'status.recording', document: id }, 'recording the status');
    }
  });
  log.debug({ stage: 'status.recorded' }, 'status recorded');
  await published(publish, log);
  log.debug({ stage: 'status.published' }, 'status published');
}

type Event = Pick<StatusEvent, 'reason'> & { readonly state: 'active' | 'suspended' | 'revoked' };
const NAMES = { active: 'reinstated', suspended: 'suspended', revoked: 'revoked' } as const;

function eventOf(state: StatusEvent['state'], { purpose, status }: Wanted): Event | undefined {
  if (purpose === 'revocation') {
    if (!status && state === 'revoked') assertNotEnded({ state });
    return status && state !== 'revoked' ? { state: 'revoked', reason: 'unspecified' } : undefined;
  }
  assertNotEnded({ state });
  if (status === (state === 'suspended')) return undefined;
  return status ? { state: 'suspended', reason: 'unspecified' } : { state: 'active' };
}

/** What the caller says of list and place has to be true; it need not be said. */
function hasEntry({ intent }: DocumentRow, { purpose, list, index }: DocumentStatusChange): boolean {
  return listOf(intent.document.credentialStatus).some(
    (entry) =>
      isObject(entry) &&
      entry.statusPurpose === purpose &&
      (list === undefined || entry.statusListCredential === list) &&
      (index === undefined || entry.statusListIndex === index),
  );
}

function notItsEntry(): Refusal {
  const detail = 'is no entry of the credentialStatus with which this credential was issued';
  const fault = { pointer: '/credentialStatus', code: 'STATUS_ENTRY_UNKNOWN', detail, fix: 'Send type and statusPurpose of one that is.' };
  return new Refusal(422, 'STATUS_ENTRY_UNKNOWN', 'The credential has no such status.', { errors: [fault] });
}
