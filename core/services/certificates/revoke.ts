import { type CertificateStatus, type Clock, type Ending, type Logger, Refusal } from '../../api/index.js';
import type { Audit, Storage } from '../../internal/index.js';
import type { CertificateStore } from './certificate-store.js';
import type { StatusStore } from './status-store.js';

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

/**
 * Revokes a certificate: one event and one audit entry in one transaction, then the news. Whoever comes second changes
 * nothing and learns what holds. Throws a Refusal (404) for no certificate.
 */
export async function revoke(revoking: Revoking, id: string, { reason, actor }: Ending): Promise<CertificateStatus> {
  const { storage, store, statuses, audit, clock, log, publish } = revoking;
  const status = await storage.transaction(async (trx) => {
    if (!(await store.hasCertificate(trx, id))) throw new Refusal(404, 'CERTIFICATE_UNKNOWN', 'There is no such certificate.');
    const current = await statuses.current(trx, id);
    if (current.state === 'revoked') return current;
    const at = clock.now().toISOString();
    await statuses.add(trx, id, { state: 'revoked', reason, actor, at });
    await audit.append(trx, { actor, action: 'certificate.revoked', subject: id, detail: { reason, before: current.state } });
    return statuses.current(trx, id);
  });
  await published(publish, log);
  return status;
}

/** What has been decided holds although the file could not be written; it is tried again every minute and at the next start. */
export async function published(publish: () => Promise<void>, log: Logger): Promise<void> {
  await publish().catch((error: Error & { code?: string }) =>
    log.error({ code: error.code ?? error.name }, 'a revocation is recorded, and verifiers are not told of it yet'),
  );
}

/** Refuses (410) what has ended. */
export function assertActive({ state }: CertificateStatus): void {
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
