import type { Clock, CredentialFormat, CredentialType, IssueRequest, Logger, SealIntent } from '../../api/index.js';
import type { Audit, Signer, Storage } from '../../internal/index.js';
import { newCertificateNumber } from './certificate-number.js';
import type { CertificateStore, IntentRow } from './certificate-store.js';

export interface Issuing {
  readonly did: string;
  readonly format: CredentialFormat;
  readonly signer: Signer;
  readonly storage: Storage;
  readonly store: CertificateStore;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Logger;
  /** The type that an earlier intent was recorded with; undefined is a fault, since types are kept for ever. */
  readonly typeOf: (hash: string) => Promise<CredentialType | undefined>;
}

/**
 * Issues one certificate per key: records the intent, seals it, stores the result.
 *
 * A crash between any two steps is harmless. The intent fixes everything that the seal depends on, so that whoever comes
 * next seals the same bytes, and the certificate's primary key keeps one of them.
 */
export async function issue(issuing: Issuing, request: IssueRequest): Promise<{ id: string; number: string }> {
  const { storage, store, audit, clock, log } = issuing;
  const { intent, isNew } = await recordIntent(issuing, request);
  // Whoever finds an intent may find its certificate too.
  if (!isNew && (await store.hasCertificate(storage.knex, intent.id))) return intent;
  const credential = await seal(issuing, intent);
  log.debug({ stage: 'certificate.sealed', certificate: intent.id }, 'sealed');
  await storage.transaction(async (trx) => {
    const isFirst = await store.addCertificate(trx, intent.id, credential, clock.now().toISOString());
    if (isFirst) await audit.append(trx, { actor: request.owner, action: 'certificate.issued', subject: intent.id });
    log.debug({ stage: 'certificate.storing', certificate: intent.id }, 'storing');
  });
  log.debug({ stage: 'certificate.stored', certificate: intent.id }, 'stored');
  return intent;
}

/** The intent of this key: the one recorded before, or a new one, in one transaction with its audit entry. */
async function recordIntent(
  { storage, store, audit, signer, clock, log, did }: Issuing,
  request: IssueRequest,
): Promise<{ intent: IntentRow; isNew: boolean }> {
  const key = (await signer.keys()).find(({ active }) => active);
  if (!key) throw new Error('the signer has no active key');
  const recorded = await storage.transaction(async (trx) => {
    const earlier = await store.intentByKey(trx, request.key);
    if (earlier) return { intent: earlier, isNew: false };
    let number = newCertificateNumber();
    while (await store.isNumberTaken(trx, number)) number = newCertificateNumber();
    const made: IntentRow = {
      id: request.id,
      number,
      template: request.template,
      owner: request.owner,
      typeHash: request.type,
      intent: {
        id: `urn:uuid:${request.id}`,
        issuer: did,
        validFrom: request.validFrom,
        ...(request.validUntil !== undefined && { validUntil: request.validUntil }),
        created: clock.now().toISOString(),
        verificationMethod: `${did}#${key.id}`,
        subject: request.subject,
      },
    };
    await store.addIntent(trx, request.key, made);
    await audit.append(trx, {
      actor: request.owner,
      action: 'certificate.intended',
      subject: made.id,
      detail: { type: request.type, key: key.id },
    });
    log.debug({ stage: 'certificate.intending', certificate: made.id }, 'recording the intent');
    return { intent: made, isNew: true };
  });
  log.debug({ stage: 'certificate.intended', certificate: recorded.intent.id }, 'intent recorded');
  return recorded;
}

/** Hands the key to the format for this one intent; nothing else reaches it. */
async function seal({ format, signer, typeOf }: Issuing, { intent, typeHash }: IntentRow): Promise<unknown> {
  const type = await typeOf(typeHash);
  if (!type) throw new Error(`the credential type ${typeHash} is not kept here`);
  const complete: SealIntent = { ...intent, type };
  const keyId = intent.verificationMethod.slice(intent.verificationMethod.indexOf('#') + 1);
  return format.seal(complete, (data) => signer.sign(keyId, data));
}
