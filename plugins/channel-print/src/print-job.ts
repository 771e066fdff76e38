import { Refusal } from '@divoc/core/api';

/**
 * `waiting`: no byte has left; `printing`: bytes may have left; `unsure`: nobody knows whether they became a sheet;
 * `failed`: whoever printed says that there is no sheet. Only a person brings `unsure`, `failed` and `printed` back to `waiting`.
 */
export type PrintState = 'waiting' | 'printing' | 'printed' | 'failed' | 'unsure';

export const REASONS = ['not-printed', 'poor-quality', 'lost', 'damaged', 'further-copy', 'other'] as const;
export type Reason = (typeof REASONS)[number];

/** What a person decided; the list only grows. */
export interface Decision {
  readonly act: 'reprint' | 'confirm';
  readonly at: string;
  readonly actor: string;
  readonly reason?: Reason;
  /** What was known before. */
  readonly from: PrintState;
}

export interface PrintJob {
  readonly id: string;
  /** Of the delivery. */
  readonly key: string;
  readonly certificateId: string;
  readonly number: string;
  readonly language?: string;
  readonly state: PrintState;
  /** How often bytes may have left. */
  readonly attempt: number;
  readonly by?: 'agent' | 'command';
  readonly code?: string;
  readonly queuedAt: string;
  readonly changedAt: string;
  readonly decisions: readonly Decision[];
}

/** As what it counts at `now`: nobody waits for ever for an agent who has taken a sheet and is not heard of again. */
export function stateAt(job: PrintJob, now: Date, claimMinutes: number): PrintState {
  const isOver = job.by === 'agent' && now.getTime() >= Date.parse(job.changedAt) + claimMinutes * 60_000;
  return job.state === 'printing' && isOver ? 'unsure' : job.state;
}

const refuse = (code: string, detail: string): never => {
  throw new Refusal(409, code, detail);
};

/** Before a byte leaves. Throws a Refusal (409) when it is not this one's turn. */
export function claimed(job: PrintJob, by: 'agent' | 'command', at: string): PrintJob {
  if (job.state !== 'waiting') refuse('PRINT_NOT_WAITING', `This job is ${job.state}; only one that is waiting is printed.`);
  const { code: _, ...rest } = job;
  return { ...rest, state: 'printing', attempt: job.attempt + 1, by, changedAt: at };
}

/** What came of an attempt. Said twice it changes nothing; of an older attempt it is refused (409). */
export function ended(
  job: PrintJob,
  attempt: number,
  state: 'printed' | 'failed' | 'unsure',
  code: string | undefined,
  at: string,
): PrintJob {
  if (job.attempt !== attempt) refuse('PRINT_ATTEMPT_OVER', 'This attempt is not the last one of its job.');
  if (job.state === state) return job;
  if (job.state !== 'printing' && job.state !== 'unsure') refuse('PRINT_NOT_PRINTING', `This job is ${job.state} already.`);
  const { code: _, ...rest } = job;
  return { ...rest, state, changedAt: at, ...(code !== undefined && { code }) };
}

/** Nothing has left after all. */
export function unclaimed(job: PrintJob, attempt: number, code: string, at: string): PrintJob {
  if (job.state !== 'printing' || job.attempt !== attempt) return job;
  return { ...job, state: 'waiting', attempt: attempt - 1, code, changedAt: at };
}

/** A person has the sheet in hand. */
export function confirmed(job: PrintJob, from: PrintState, actor: string, at: string): PrintJob {
  if (from !== 'unsure' && from !== 'failed') refuse('PRINT_NOT_UNSURE', `This job is ${from}; there is nothing to confirm.`);
  return { ...job, state: 'printed', changedAt: at, decisions: [...job.decisions, { act: 'confirm', at, actor, from }] };
}

/** A person wants another sheet. */
export function reprinted(job: PrintJob, from: PrintState, actor: string, reason: Reason, at: string): PrintJob {
  if (from === 'waiting' || from === 'printing') refuse('PRINT_UNDER_WAY', `This job is ${from}; wait for what comes of it.`);
  return { ...job, state: 'waiting', changedAt: at, decisions: [...job.decisions, { act: 'reprint', at, actor, reason, from }] };
}
