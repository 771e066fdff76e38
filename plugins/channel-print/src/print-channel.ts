import { type Certificates, type Channel, type Delivery, type DeliveryResult, isRefusal, type Logger } from '@divoc/core/api';
import type { PrintJob } from './print-job.js';
import { jobIdOf, type PrintQueue } from './print-queue.js';
import type { Spool } from './spool.js';

export interface PrintChannelOptions {
  readonly certificates: Pick<Certificates, 'find' | 'render'>;
  readonly queue: PrintQueue;
  readonly spool: Spool;
  readonly wake: () => void;
  readonly log: Logger;
}

const failed = (code: string, retry: 'soon' | 'later' | 'never'): DeliveryResult => ({ state: 'failed', code, retry });

/** Puts certificates into the spool. Accepted means that the sheet will be printed, here, once. */
export function printChannel(options: PrintChannelOptions): { readonly channel: Channel; spoolTrouble(): string | undefined } {
  const { certificates, queue, spool, wake, log } = options;
  const running = new Map<string, Promise<DeliveryResult>>();
  let trouble: string | undefined;

  const spoolOnce = async ({ key, certificateId, recipient }: Delivery): Promise<DeliveryResult> => {
    const id = jobIdOf(key);
    const accepted: DeliveryResult = { state: 'accepted', reference: id };
    if (await queue.find(id)) return accepted;
    const certificate = await certificates.find(certificateId);
    if (!certificate) return failed('CERTIFICATE_UNKNOWN', 'never');
    const { language } = recipient;
    const draft = { id, key, certificateId, number: certificate.number, ...(language !== undefined && { language }) };
    try {
      const pdf = await renderPdf(certificates, draft);
      await spool.write(id, pdf).catch((error: NodeJS.ErrnoException) => {
        trouble = 'PRINT_SPOOL_UNWRITABLE';
        log.error({ stage: 'print.not-spooled', code: error.code }, 'a PDF could not be written; is the disk full?');
        throw Object.assign(new Error('the spool cannot be written'), { isSpool: true });
      });
    } catch (error) {
      if ((error as { isSpool?: boolean }).isSpool) return failed('PRINT_SPOOL_UNWRITABLE', 'later');
      if (isRefusal(error)) return failed(error.code, [429, 503].includes(error.status) ? 'later' : 'never');
      throw error;
    }
    trouble = undefined;
    await queue.add(draft);
    wake();
    return accepted;
  };

  return {
    spoolTrouble: () => trouble,
    channel: {
      needs: [],
      // The PDF takes a while to make, and nobody waits for a sheet in an HTTP reply.
      instant: false,
      deliver(delivery) {
        const earlier = running.get(delivery.key);
        if (earlier) return earlier;
        const mine = spoolOnce(delivery).finally(() => running.delete(delivery.key));
        running.set(delivery.key, mine);
        return mine;
      },
      reportTo: (report) => queue.reportTo(report),
    },
  };
}

/** Throws a Refusal for what cannot be made. */
export async function renderPdf(
  certificates: Pick<Certificates, 'render'>,
  { certificateId, language }: Pick<PrintJob, 'certificateId' | 'language'>,
): Promise<Uint8Array> {
  const wanted = { mediaType: 'application/pdf', ...(language !== undefined && { language }) };
  const rendering = await certificates.render(certificateId, wanted);
  if (!rendering) throw new Error(`there is no certificate ${certificateId}`);
  return rendering.body;
}
