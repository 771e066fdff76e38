import type { Certificates, Channel, Job, JobHandler, Logger } from '../../api/index.js';
import type { Audit, Storage } from '../../internal/index.js';
import { ISSUE_QUEUE } from './record.js';
import type { VaccinationRow, VaccinationStore } from './vaccination-store.js';

export interface IssueJobOptions {
  readonly storage: Storage;
  readonly store: VaccinationStore;
  readonly audit: Audit;
  readonly certificates: Certificates;
  readonly channels: Readonly<Record<string, Channel>>;
  readonly log: Logger;
}

/** Issues the certificate of a recorded dose and hands it to the programme's channels. Run again, it does nothing twice. */
export function issueJob(options: IssueJobOptions): JobHandler {
  const { storage, store, audit, certificates, log } = options;
  return {
    queues: [ISSUE_QUEUE],
    async handle({ data }: Job) {
      const { vaccinationId } = data as { vaccinationId: string };
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
        owner: row.recordedBy,
      });
      const links = { certificate: `/v1/certificates/${row.certificateId}`, ...(await deliver(options, row)) };
      log.debug({ stage: 'vaccination.delivered', vaccination: row.id }, 'delivered');
      await storage.transaction(async (trx) => {
        if (await store.keepLinks(trx, row.id, links)) {
          await audit.append(trx, {
            actor: 'house',
            action: 'certificate.delivered',
            subject: row.certificateId,
            detail: { channels: row.terms.deliver },
          });
        }
        log.debug({ stage: 'vaccination.linking', vaccination: row.id }, 'keeping links');
      });
      log.debug({ stage: 'vaccination.linked', vaccination: row.id }, 'links kept');
    },
  };
}

/** Each channel knows the key of a delivery, so that a second try hands nothing out twice. */
async function deliver({ channels }: IssueJobOptions, row: VaccinationRow): Promise<Record<string, string>> {
  const links: Record<string, string> = {};
  for (const name of row.terms.deliver) {
    const channel = channels[name];
    if (!channel) throw new Error(`the channel ${name}, promised for vaccination ${row.id}, is not in the manifest any more`);
    const delivery = { certificateId: row.certificateId, key: `${row.id}:${name}`, recipient: {}, actor: row.recordedBy };
    const result = await channel.deliver(delivery);
    if (result.state === 'failed') throw Object.assign(new Error('a channel failed'), { code: result.code });
    Object.assign(links, result.links);
  }
  return links;
}
