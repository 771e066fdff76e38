import { createHash } from 'node:crypto';
import { type Clock, type Logger, type Receipt, Refusal, type State } from '@divoc/core/api';
import { claimed, confirmed, ended, type PrintJob, type PrintState, type Reason, reprinted, stateAt, unclaimed } from './print-job.js';
import type { Spool } from './spool.js';

export interface PrintQueueOptions {
  readonly state: State;
  readonly spool: Spool;
  /** The PDF of a job whose file is gone. */
  readonly render: (job: PrintJob) => Promise<Uint8Array>;
  readonly claimMinutes: number;
  readonly keepPrintedDays: number;
  readonly clock: Clock;
  readonly log: Logger;
}

export type OpenJob = PrintJob & { readonly state: PrintState; readonly place: string };

const DAY = 86_400_000;
const BATCH = 200;

export const jobIdOf = (key: string): string => createHash('sha256').update(key, 'utf8').digest('hex').slice(0, 32);
const openKey = ({ queuedAt, id }: PrintJob): string => `open/${queuedAt}/${id}`;

/**
 * The jobs of one printer. `job/ID` is the truth and changes by compare-and-set; the other entries only help to find jobs:
 * they are written before it and removed after it, so that a crash leaves one too many and never one too few.
 */
export class PrintQueue {
  readonly #options: PrintQueueOptions;
  #report: ((receipt: Receipt) => Promise<void>) | undefined;
  constructor(options: PrintQueueOptions) {
    this.#options = options;
  }

  reportTo(report: (receipt: Receipt) => Promise<void>): void {
    this.#report = report;
  }

  async find(id: string): Promise<PrintJob | undefined> {
    return (await this.#options.state.get(`job/${id}`))?.value as PrintJob | undefined;
  }

  stateOf(job: PrintJob): PrintState {
    return stateAt(job, this.#options.clock.now(), this.#options.claimMinutes);
  }

  /** Its file has been written. The first to add a job decides what it is. */
  async add(draft: Omit<PrintJob, 'state' | 'attempt' | 'queuedAt' | 'changedAt' | 'decisions'>): Promise<void> {
    const at = this.#now();
    const job: PrintJob = { ...draft, state: 'waiting', attempt: 0, queuedAt: at, changedAt: at, decisions: [] };
    await this.#options.state.put(openKey(job), {}, 0);
    await this.#options.state.put(`job/${job.id}`, job, 0);
  }

  /** Jobs that are not printed, oldest first, beyond `after` (a `place`). */
  async *open(after = ''): AsyncGenerator<OpenJob> {
    for (let place = after; ; ) {
      const entries = await this.#options.state.list('open/', { limit: BATCH, ...(place !== '' && { after: `open/${place}` }) });
      for (const { key } of entries) {
        place = key.slice('open/'.length);
        const job = await this.find(place.split('/')[1] ?? '');
        if (job && job.state !== 'printed' && openKey(job) === key) yield { ...job, state: this.stateOf(job), place };
      }
      if (entries.length < BATCH) return;
    }
  }

  /** Moves a waiting job to `printing` and only then gives its bytes. */
  async claim(id: string, by: 'agent' | 'command'): Promise<{ readonly job: PrintJob; readonly pdf: Uint8Array }> {
    const { spool, render } = this.#options;
    const before = await this.#known(id);
    claimed(before, by, this.#now());
    let pdf = await spool.read(id);
    if (!pdf) {
      pdf = await render(before);
      await spool.write(id, pdf);
    }
    return { job: await this.#change(id, (job) => claimed(job, by, this.#now())), pdf };
  }

  async end(id: string, attempt: number, state: 'printed' | 'failed' | 'unsure', code?: string): Promise<PrintJob> {
    if (state === 'printed') return this.#printed(id, (job, at) => ended(job, attempt, state, code, at));
    return this.#change(id, (job) => ended(job, attempt, state, code, this.#now()));
  }

  async giveBack(id: string, attempt: number, code: string): Promise<void> {
    await this.#change(id, (job) => unclaimed(job, attempt, code, this.#now()));
  }

  async confirm(id: string, actor: string): Promise<PrintJob> {
    return this.#printed(id, (job, at) => confirmed(job, this.stateOf(job), actor, at));
  }

  async reprint(id: string, actor: string, reason: Reason): Promise<PrintJob> {
    const before = await this.#known(id);
    await this.#options.state.put(openKey(before), {}, 0);
    return this.#change(id, (job) => reprinted(job, this.stateOf(job), actor, reason, this.#now()));
  }

  /** After a start: what a command was printing when the process died is unsure, and receipts that nobody has kept are told again. */
  async resume(): Promise<void> {
    for await (const { id, state, by, attempt } of this.open())
      if (state === 'printing' && by === 'command') await this.end(id, attempt, 'unsure', 'PRINT_INTERRUPTED');
    for (const { key } of await this.#options.state.list('receipt/', { limit: 1000 })) {
      const job = await this.find(key.slice('receipt/'.length));
      if (job?.state === 'printed') await this.#tell(job);
    }
  }

  /** Removes the PDFs of jobs printed long ago, and files of jobs that never came to be. */
  async sweep(): Promise<number> {
    const { state, spool, clock, keepPrintedDays } = this.#options;
    const cutoff = new Date(clock.now().getTime() - keepPrintedDays * DAY).toISOString();
    let removed = 0;
    for (const { key } of await state.list('printed/', { limit: 1000 })) {
      const [at = '', id = ''] = key.slice('printed/'.length).split('/');
      if (at > cutoff) break;
      const job = await this.find(id);
      if (job?.state === 'printed' && job.changedAt <= cutoff) {
        await spool.remove(id);
        removed += 1;
      }
      await state.delete(key);
    }
    for (const id of await spool.olderThan(new Date(clock.now().getTime() - DAY))) if (!(await this.find(id))) await spool.remove(id);
    return removed;
  }

  async #printed(id: string, change: (job: PrintJob, at: string) => PrintJob): Promise<PrintJob> {
    const { state } = this.#options;
    const before = await this.#known(id);
    const at = this.#now();
    // What is refused leaves nothing behind; what is said again changes nothing.
    const next = change(before, at);
    if (next.changedAt === at) {
      await state.put(`printed/${at}/${id}`, {}, 0);
      if (isSeen(next)) await state.put(`receipt/${id}`, {}, 0);
    }
    const job = await this.#change(id, (now) => change(now, at));
    await state.delete(openKey(job));
    await this.#tell(job);
    return job;
  }

  async #tell(job: PrintJob): Promise<void> {
    const { state, log } = this.#options;
    const { id, key } = job;
    if (!isSeen(job)) return;
    try {
      await this.#report?.({ key, state: 'delivered' });
      await state.delete(`receipt/${id}`);
    } catch {
      log.warn({ stage: 'print.receipt-kept', job: id }, 'that a sheet is printed could not be told; it is told again after a start');
    }
  }

  async #change(id: string, decide: (job: PrintJob) => PrintJob): Promise<PrintJob> {
    for (;;) {
      const found = await this.#options.state.get(`job/${id}`);
      if (!found) throw unknownJob();
      const job = decide(found.value as PrintJob);
      if (job === found.value || (await this.#options.state.put(`job/${id}`, job, found.version))) return job;
    }
  }

  async #known(id: string): Promise<PrintJob> {
    const job = await this.find(id);
    if (!job) throw unknownJob();
    return job;
  }

  #now(): string {
    return this.#options.clock.now().toISOString();
  }
}

/** A command that ends well has handed its sheet to a printer's queue; an agent or a person has the sheet. */
function isSeen({ by, decisions }: PrintJob): boolean {
  return by === 'agent' || decisions.at(-1)?.act === 'confirm';
}

export const unknownJob = (): Refusal => new Refusal(404, 'PRINT_JOB_UNKNOWN', 'There is no such print job.');
