import { EventEmitter } from 'node:events';

/** How the threads of one process hear of each other's jobs at once; other processes look into the table. */
export class JobSignals {
  readonly #emitter = new EventEmitter().setMaxListeners(0);
  #woken = false;

  /** Work may be waiting. Remembered until somebody has waited for it, so that none is missed between two looks. */
  wakeUp(): void {
    this.#woken = true;
    this.#emitter.emit('wake');
  }

  async wake(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (!this.#woken) await this.#next('wake', milliseconds, signal);
    this.#woken = false;
  }

  ended(jobId: string): void {
    this.#emitter.emit(`ended ${jobId}`);
  }

  /** Begins to listen at once; resolves when the job ends in this process, at the latest after `milliseconds`. */
  end(jobId: string, milliseconds: number, signal: AbortSignal): Promise<void> {
    return this.#next(`ended ${jobId}`, milliseconds, signal);
  }

  #next(event: string, milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#emitter.off(event, finish);
        signal?.removeEventListener('abort', finish);
        resolve();
      };
      const timer = setTimeout(finish, milliseconds);
      this.#emitter.on(event, finish);
      signal?.addEventListener('abort', finish);
      if (signal?.aborted) finish();
    });
  }
}
