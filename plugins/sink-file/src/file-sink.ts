import type { EventConsumer, Health, Logger } from '@divoc/core/api';
import type { DayFiles } from './day-files.js';

const PAUSE_SECONDS = 30;

export interface FileSinkOptions {
  readonly types: readonly string[];
  readonly files: DayFiles;
  readonly log: Logger;
}

/** A disk that is full or gone is "not now": no event is given up for it. */
export function fileSink({ types, files, log }: FileSinkOptions): { readonly consumer: EventConsumer; health(): Health } {
  let trouble: string | undefined;
  return {
    consumer: {
      types,
      async consume(event) {
        try {
          await files.append(event.time.slice(0, 10), event);
          trouble = undefined;
          return undefined;
        } catch (error) {
          const { code, name } = error as NodeJS.ErrnoException;
          trouble = code ?? name;
          log.error({ event: event.id, code: trouble }, 'an event could not be written; it is tried again');
          return { againInSeconds: PAUSE_SECONDS };
        }
      },
    },
    health: () => (trouble === undefined ? { status: 'pass' } : { status: 'fail', detail: `events cannot be written: ${trouble}` }),
  };
}
