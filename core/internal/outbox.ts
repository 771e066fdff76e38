import type { Knex } from 'knex';
import { definePort } from '../api/port.js';
import type { NewJob } from '../api/ports/job-queue.js';

/** Queues work inside the caller's own transaction, and lets a request wait for it. */
export interface Outbox {
  /** Inserts the job with `trx`; it exists exactly when the transaction commits. Returns the job's id. */
  add(trx: Knex.Transaction, job: NewJob): Promise<string>;
  /** After the commit: wakes the dispatcher, and waits at most `milliseconds` for the job. True when it is done. */
  settled(jobId: string, milliseconds: number): Promise<boolean>;
}

export const outbox = definePort<Outbox>('outbox', 0, { methods: ['add', 'settled'] });

/** A job that this process holds until its lease ends. */
export interface ClaimedJob {
  readonly id: string;
  readonly queue: string;
  readonly subject: string;
  readonly data: unknown;
  /** 1 on the first run. */
  readonly attempt: number;
  /** Earlier attempts that ended in an error. */
  readonly failures: number;
  /** Names this claim, so that a holder whose lease has gone to somebody else changes nothing any more. */
  readonly lease: string;
}

/** The dispatcher's side of the outbox. */
export interface Queue {
  /** Takes up to `limit` due jobs of these queues, oldest first, for `leaseSeconds`. A job whose lease has ended is due again. */
  claim(queues: readonly string[], limit: number, leaseSeconds: number): Promise<readonly ClaimedJob[]>;
  /** Marks a job as done and wakes whoever waits for it. False when the lease had gone to somebody else. */
  done(job: ClaimedJob): Promise<boolean>;
  /** Gives a job back to be tried again `seconds` from now, or for ever out of the queue (`dead`) when that is undefined. */
  failed(job: ClaimedJob, reason: { readonly code: string }, retryInSeconds: number | undefined): Promise<void>;
  /** Gives a job back that is to run again `seconds` from now, without counting a failure. */
  postponed(job: ClaimedJob, seconds: number): Promise<void>;
  /** Resolves when work may be waiting, at the latest after `milliseconds` or when `signal` aborts. For one waiter at a time. */
  wake(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** How many jobs nobody will try again. */
  dead(): Promise<number>;
}

export const queue = definePort<Queue>('queue', 0, { methods: ['claim', 'done', 'failed', 'postponed', 'wake', 'dead'] });

export interface AuditEntry {
  readonly actor: string;
  /** `certificate.intended`, past tense. */
  readonly action: string;
  /** An id, never a personal value. */
  readonly subject: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** An append-only, hash-chained log. */
export interface Audit {
  append(trx: Knex.Transaction, entry: AuditEntry): Promise<void>;
  /** Some hundred of them at most, in their order, for the price of little more than one. */
  appendAll(trx: Knex.Transaction, entries: readonly AuditEntry[]): Promise<void>;
}

export const audit = definePort<Audit>('audit', 0, { methods: ['append', 'appendAll'] });
