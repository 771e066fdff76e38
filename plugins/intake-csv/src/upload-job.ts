import { isRefusal, type Job, type JobHandler } from '@divoc/core/api';
import { mayPass } from './take-row.js';
import { type Counts, NO_COUNTS } from './upload.js';
import { counted, finishUpload, type RunOptions, runUpload } from './upload-run.js';
import type { UploadStore } from './upload-store.js';

/** Well within the lease of a job. */
const TURN_MILLISECONDS = 5000;
/** A file that has not come by then does not come any more. */
const RECEIVING_SECONDS = 900;

/** Takes the rows that the request had no time for, a turn at a time, and tidies up. Run again it does nothing twice. */
export function uploadJob(queue: string, options: RunOptions): JobHandler {
  const { store, clock } = options;
  const now = () => clock.now().getTime();
  return {
    queues: [queue],
    async handle({ data }: Job) {
      const found = await store.get((data as { upload: string }).upload);
      if (!found) return;
      const { upload } = found;
      if (upload.state === 'done') return store.removeFile(upload.id);
      if (upload.state === 'receiving') {
        if (now() - Date.parse(upload.changedAt) < RECEIVING_SECONDS * 1000) return { againInSeconds: 2 };
        if (upload.run === 1) return store.remove(upload.id);
        await finishUpload(found, await countsOf(store, upload.id), options);
        return;
      }
      if (upload.heldUntil !== undefined && now() < Date.parse(upload.heldUntil)) return { againInSeconds: 1 };
      try {
        const after = await runUpload(found, TURN_MILLISECONDS, options);
        if (after?.upload.state === 'done') return;
        return { againInSeconds: after ? 0 : 1 };
      } catch (error) {
        // Whoever cannot be reached now is waited for, however long it takes.
        if (isRefusal(error) && mayPass(error)) return { againInSeconds: 30 };
        throw error;
      }
    },
  };
}

async function countsOf(store: UploadStore, id: string): Promise<Counts> {
  let counts: Counts = NO_COUNTS;
  for await (const { rows } of store.pages(id, 0)) counts = counted(rows, counts);
  return counts;
}
