import { isRefusal, type Logger } from '@divoc/core/api';
import { runPrintCommand } from './print-command.js';
import type { PrintQueue } from './print-queue.js';

type Claimed = Awaited<ReturnType<PrintQueue['claim']>>;

export interface PrinterOptions {
  readonly queue: PrintQueue;
  readonly command: readonly string[];
  readonly commandSeconds: number;
  readonly log: Logger;
}

/** Prints what waits, one job after the other, through a command. */
export interface Printer {
  /** Something may be waiting. */
  wake(): void;
  /** Why nothing is being printed, if so. */
  trouble(): string | undefined;
  /** Prints nothing more; resolves when what is being printed has ended. */
  stop(): Promise<void>;
}

/** How long nothing is tried after something went wrong: a printer without paper would eat the whole queue. */
const PAUSE = 30_000;

export function printer({ queue, command, commandSeconds, log }: PrinterOptions): Printer {
  let round: Promise<void> | undefined;
  let isWoken = false;
  let isStopping = false;
  let trouble: string | undefined;
  let timer: NodeJS.Timeout | undefined;

  /** Undefined when it is not ours, or its PDF cannot be had: the others need not wait for that. */
  const claim = async (id: string): Promise<Claimed | undefined> => {
    try {
      return await queue.claim(id, 'command');
    } catch (error) {
      if (isRefusal(error) && error.status === 409) return undefined;
      const { code, name } = error as { code?: string; name?: string };
      log.error({ stage: 'print.no-pdf', job: id, code: code ?? name }, 'a job has no PDF and none can be made now; it is tried again');
      return undefined;
    }
  };

  /** False when the rest had better wait. */
  const print = async ({ job, pdf }: Claimed): Promise<boolean> => {
    const { id } = job;
    const { how, code } = await runPrintCommand(command, pdf, commandSeconds);
    trouble = code;
    log.debug({ stage: 'print.command-ended', job: id, how }, 'the print command has ended');
    if (how === 'printed') await queue.end(id, job.attempt, 'printed');
    else if (how === 'not-begun') await queue.giveBack(id, job.attempt, code ?? 'PRINT_COMMAND_MISSING');
    else await queue.end(id, job.attempt, how, code);
    if (how !== 'printed')
      log.error({ stage: 'print.not-printed', job: id, code, how }, 'a job was not printed; the next one waits a little');
    return how === 'printed';
  };

  const printAll = async (): Promise<void> => {
    while (isWoken && !isStopping) {
      isWoken = false;
      for await (const { id, state } of queue.open()) {
        if (isStopping) return;
        if (state !== 'waiting') continue;
        const claimed = await claim(id);
        if (claimed && !(await print(claimed))) return;
      }
    }
  };

  const wake = (): void => {
    isWoken = true;
    if (round || isStopping) return;
    clearTimeout(timer);
    round = printAll()
      .catch((error: { code?: string; name?: string }) => {
        trouble = 'PRINT_QUEUE_UNREADABLE';
        log.error({ code: error.code ?? error.name }, 'print jobs could not be worked on; it is tried again');
      })
      .finally(() => {
        round = undefined;
        if (isStopping) return;
        timer = setTimeout(wake, PAUSE);
        timer.unref();
      });
  };

  return {
    // After trouble the timer decides, not the next delivery.
    wake: () => {
      if (trouble === undefined) wake();
      else isWoken = true;
    },
    trouble: () => trouble,
    async stop() {
      isStopping = true;
      clearTimeout(timer);
      await round;
    },
  };
}
