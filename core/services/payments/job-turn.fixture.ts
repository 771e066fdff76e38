import type { JobHandler } from '../../api/index.js';
import type { OpenStore } from '../../store/store.fixture.js';

/** What the dispatcher does with the jobs that are due now: claims and runs each of them once. */
export async function runJob({ queue }: OpenStore, handler: JobHandler): Promise<void> {
  for (const job of await queue.claim(handler.queues, 100, 30)) {
    const end = await handler.handle(job).catch((error: Error) => error);
    if (end instanceof Error) await queue.failed(job, { code: end.message }, 1);
    else if (end) await queue.postponed(job, end.againInSeconds);
    else await queue.done(job);
  }
}
