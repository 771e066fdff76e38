import type { Certificates, Deliveries, Job, JobHandler, Logger, Recipient } from '../../api/index.js';
import type { Audit, FieldCipher, Storage } from '../../internal/index.js';
import type { VaccinationRow, VaccinationStore } from './vaccination-store.js';

export const ISSUE_QUEUE = 'vaccination.issue';

export interface IssueJobOptions {
  readonly storage: Storage;
  readonly store: VaccinationStore;
  readonly audit: Audit;
  readonly certificates: Certificates;
  readonly deliveries: Deliveries;
  readonly fieldCipher: FieldCipher;
  readonly log: Logger;
}

/** What the issue job of a dose carries; the recipient is encrypted, since the job outlives the request. */
export interface IssueData {
  readonly vaccinationId: string;
  readonly recipient?: string;
}

export const recipientPlace = (vaccinationId: string): string => `vaccination/recipient/${vaccinationId}`;
export const deliveryKey = (vaccinationId: string): string => `vaccination:${vaccinationId}`;

/** Issues the certificate of a recorded dose and has it delivered. Run again, it does nothing twice. */
export function issueJob(options: IssueJobOptions): JobHandler['handle'] {
  const { storage, store, audit, certificates, log } = options;
  return async ({ data }: Job) => {
    const { vaccinationId, recipient } = data as IssueData;
    const row = await store.byId(storage.knex, vaccinationId);
    if (!row) throw new Error(`there is no vaccination ${vaccinationId}`);
    if (row.links) return;
    await certificates.issue({
      key: `vaccination:${row.id}`,
      id: row.certificateId,
      subject: row.record,
      type: row.terms.type,
      validFrom: row.recordedAt,
      ...(row.terms.validUntil !== undefined && { validUntil: row.terms.validUntil }),
      template: row.terms.template,
      ...(row.terms.formats && { formats: row.terms.formats }),
      owner: row.recordedBy,
    });
    const links = { certificate: `/v1/certificates/${row.certificateId}`, ...(await deliver(options, row, recipient)) };
    log.debug({ stage: 'vaccination.delivered', vaccination: row.id }, 'handed to the deliveries');
    await storage.transaction(async (trx) => {
      if (await store.keepLinks(trx, row.id, links)) {
        await audit.append(trx, {
          actor: 'house',
          action: 'certificate.handed-over',
          subject: row.certificateId,
          detail: { channels: row.terms.deliver },
        });
      }
      log.debug({ stage: 'vaccination.linking', vaccination: row.id }, 'keeping links');
    });
    log.debug({ stage: 'vaccination.linked', vaccination: row.id }, 'links kept');
  };
}

/** The links that the instant channels gave; all other channels take their time. */
async function deliver(
  { deliveries, fieldCipher }: IssueJobOptions,
  row: VaccinationRow,
  encrypted: string | undefined,
): Promise<Record<string, string>> {
  const recipient: Recipient = encrypted === undefined ? {} : JSON.parse(await fieldCipher.decrypt(encrypted, recipientPlace(row.id)));
  const made = await deliveries.request({
    key: deliveryKey(row.id),
    certificateId: row.certificateId,
    channels: row.terms.deliver,
    recipient,
    owner: row.recordedBy,
  });
  return Object.assign({}, ...made.map(({ links }) => links));
}
