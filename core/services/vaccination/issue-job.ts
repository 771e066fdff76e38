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
  /** Which version's certificate; in jobs from before there were corrections it is the first one's. */
  readonly version?: number;
  readonly recipient?: string;
}

/** The data of a job that issues the certificate of this version. */
export async function issueDataOf(
  { fieldCipher }: Pick<IssueJobOptions, 'fieldCipher'>,
  vaccinationId: string,
  version: number,
  recipient: Recipient | undefined,
): Promise<IssueData> {
  const encrypted = recipient && (await fieldCipher.encrypt(JSON.stringify(recipient), recipientPlace(vaccinationId)));
  return { vaccinationId, version, ...(encrypted !== undefined && { recipient: encrypted }) };
}

const recipientPlace = (vaccinationId: string): string => `vaccination/recipient/${vaccinationId}`;

/** Names the issuing and the delivery of one version; the first one's is from before there were others. */
export const keyOf = ({ id, version }: Pick<VaccinationRow, 'id' | 'version'>): string =>
  version === 1 ? `vaccination:${id}` : `vaccination:${id}:${version}`;

/** Issues the certificate of a recorded dose and has it delivered. Run again, it does nothing twice. */
export function issueJob(options: IssueJobOptions): JobHandler['handle'] {
  const { storage, store, audit, certificates, log } = options;
  return async ({ data }: Job) => {
    const { vaccinationId, version = 1, recipient } = data as IssueData;
    const row = await store.byId(storage.knex, vaccinationId);
    if (!row) throw new Error(`there is no vaccination ${vaccinationId}`);
    // Of a version that has been corrected since, the certificate was issued: else it would not have been corrected.
    if (row.links || row.version !== version) return;
    const request = {
      key: keyOf(row),
      id: row.certificateId,
      subject: row.record,
      type: row.terms.type,
      validFrom: row.recordedAt,
      ...(row.terms.validUntil !== undefined && { validUntil: row.terms.validUntil }),
      template: row.terms.template,
      ...(row.terms.formats && { formats: row.terms.formats }),
      owner: row.recordedBy,
    };
    const { correction } = row;
    if (correction) await certificates.supersede(correction.replaces, request, correction);
    else await certificates.issue(request);
    const links = { certificate: `/v1/certificates/${row.certificateId}`, ...(await deliver(options, row, recipient)) };
    log.debug({ stage: 'vaccination.delivered', vaccination: row.id }, 'handed to the deliveries');
    await storage.transaction(async (trx) => {
      if (await store.keepLinks(trx, row, links)) {
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
    key: keyOf(row),
    certificateId: row.certificateId,
    channels: row.terms.deliver,
    recipient,
    owner: row.recordedBy,
  });
  return Object.assign({}, ...made.map(({ links }) => links));
}
