import { type CertificateStatus, type Clock, type Ending, type Logger, Refusal, type Suspension } from '../../api/index.js';
import type { Audit, Storage } from '../../internal/index.js';
import type { CertificateStore } from './certificate-store.js';
import type { StatusEvent, StatusStore } from './status-store.js';

export interface Revoking {
  readonly storage: Storage;
  readonly store: CertificateStore;
  readonly statuses: StatusStore;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Logger;
  /** Makes it known to verifiers. */
  readonly publish: () => Promise<void>;
}

/** What is to become of a certificate that stands like this; undefined when it stays as it is. Throws a Refusal. */
type Decision = (current: CertificateStatus) => Omit<StatusEvent, 'actor' | 'at'> | undefined;

/**
 * Revokes a certificate: one event and one audit entry in one transaction, then the news. Whoever comes second changes
 * nothing and learns what holds. Throws a Refusal (404) for no certificate.
 */
export function revoke(revoking: Revoking, id: string, { reason, actor }: Ending): Promise<CertificateStatus> {
  return change(revoking, id, { action: 'certificate.revoked', actor }, ({ state }) =>
    state === 'revoked' ? undefined : { state: 'revoked', reason },
  );
}

/** Suspends a certificate, as `revoke` revokes one. Throws a Refusal: 404 for none, 409 for one that has ended. */
export function suspend(revoking: Revoking, id: string, { reason, actor }: Suspension): Promise<CertificateStatus> {
  return change(revoking, id, { action: 'certificate.suspended', actor }, (current) => {
    assertNotEnded(current);
    return current.state === 'suspended' ? undefined : { state: 'suspended', reason };
  });
}

/** Lets a suspended certificate hold again. Throws a Refusal as `suspend` does. */
export function reinstate(revoking: Revoking, id: string, { actor }: { readonly actor: string }): Promise<CertificateStatus> {
  return change(revoking, id, { action: 'certificate.reinstated', actor }, (current) => {
    assertNotEnded(current);
    return current.state === 'active' ? undefined : { state: 'active' };
  });
}

/** Decides on what holds within the transaction, so that of two who ask at once the second one sees what the first has done. */
async function change(
  { storage, store, statuses, audit, clock, log, publish }: Revoking,
  id: string,
  { action, actor }: { readonly action: string; readonly actor: string },
  decide: Decision,
): Promise<CertificateStatus> {
  const status = await storage.transaction(async (trx) => {
    if (!(await store.hasCertificate(trx, id))) throw new Refusal(404, 'CERTIFICATE_UNKNOWN', 'There is no such certificate.');
    const current = await statuses.current(trx, id);
    const event = decide(current);
    if (!event) return current;
    await statuses.add(trx, id, { ...event, actor, at: clock.now().toISOString() });
    const detail = { ...(event.reason !== undefined && { reason: event.reason }), before: current.state };
    await audit.append(trx, { actor, action, subject: id, detail });
    log.debug({ stage: 'status.recording', certificate: id }, 'recording the status');
    return statuses.current(trx, id);
  });
  log.debug({ stage: 'status.recorded', certificate: id }, 'status recorded');
  await published(publish, log);
  log.debug({ stage: 'status.published', certificate: id }, 'status published');
  return status;
}

/** Refuses (409) to suspend or reinstate what has ended. */
export function assertNotEnded({ state }: Pick<CertificateStatus, 'state'>): void {
  if (state === 'revoked') throw new Refusal(409, 'CERTIFICATE_REVOKED', 'The certificate has been revoked, and stays so.');
  if (state === 'superseded') throw new Refusal(409, 'CERTIFICATE_SUPERSEDED', 'Another certificate has taken the place of this one.');
}

/** What has been decided holds although the file could not be written; it is tried again every minute and at the next start. */
export async function published(publish: () => Promise<void>, log: Logger): Promise<void> {
  await publish().catch((error: Error & { code?: string }) =>
    log.error({ code: error.code ?? error.name }, 'a change of status is recorded, and verifiers are not told of it yet'),
  );
}

/** Refuses what has ended (410), and what does not hold for the time being (409). */
export function assertActive({ state }: CertificateStatus): void {
  if (state === 'suspended') {
    throw new Refusal(409, 'CERTIFICATE_SUSPENDED', 'The certificate is suspended for the time being. Ask whoever issued it.');
  }
  if (state === 'revoked') {
    throw new Refusal(410, 'CERTIFICATE_REVOKED', 'The certificate has been revoked. Ask whoever issued it.');
  }
  if (state === 'superseded') {
    throw new Refusal(
      410,
      'CERTIFICATE_SUPERSEDED',
      'The certificate has been replaced by another one. Ask whoever issued it for that one.',
    );
  }
}
