import { isRefusal, type JobHandler } from '../../api/index.js';
import { FINISH_QUEUE, type Performing, takeOver } from './perform.js';

/** Finishes acts whose process died: it comes back until the intent that it was queued for is gone. */
export function finishJob(performing: Performing): JobHandler {
  return {
    queues: [FINISH_QUEUE],
    async handle({ data }) {
      const { payment, intent } = data as { payment: string; intent: string };
      const claim = await takeOver(performing, payment, intent);
      if (claim === 'gone') return;
      if (claim === 'busy') return { againInSeconds: performing.actSeconds };
      try {
        await claim();
      } catch (error) {
        // The caller is gone; the refusal has ended the intent, and that is all there is to do.
        if (!isRefusal(error)) throw error;
        if (error.status === 503) return { againInSeconds: performing.actSeconds };
      }
    },
  };
}
