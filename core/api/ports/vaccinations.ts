import { definePort } from '../port.js';
import type { Fault } from '../refusal.js';
import type { RevocationReason } from './certificates.js';
import type { Recipient } from './channel.js';
import type { DeliveryStatus } from './deliveries.js';
import type { Payment } from './payments.js';
import type { Actor } from './routes.js';

export interface VaccinationInput {
  /** A programme of the manifest; undefined is allowed when there is only one. */
  readonly programme?: string;
  /** Which identity plugin (an instance name; undefined is allowed when the programme has one) and what it is to read. */
  readonly identity: { readonly provider?: string; readonly input: Readonly<Record<string, unknown>> };
  /** Where the certificate goes; in no record and no certificate, and kept no longer than the delivery takes. */
  readonly recipient?: Recipient;
  /** The captured payment, in a programme that takes money first. */
  readonly payment?: string;
  /** Fits the adopter's record schema. */
  readonly record: Readonly<Record<string, unknown>>;
  /** What becomes of a record that fits the schema and makes no sense (a third dose of two): default `refuse`. */
  readonly implausible?: 'refuse' | 'warn';
}

export interface VaccinationOutcome {
  /** `existing`: the same content had been recorded before. `pending`: recorded, and its certificate will follow. */
  readonly outcome: 'issued' | 'existing' | 'pending';
  readonly vaccinationId: string;
  /** Of the record: 1, and one more with every correction. */
  readonly version: number;
  readonly certificateId: string;
  /** Relation → path; empty while pending. */
  readonly links: Readonly<Record<string, string>>;
  /** How it travels, by channel; empty while pending. */
  readonly deliveries: readonly DeliveryStatus[];
  /** What is owed for it; never a reason to wait. */
  readonly payment?: Pick<Payment, 'id' | 'state' | 'due'>;
  /** What makes no sense; only when `implausible` is `warn`. */
  readonly warnings: readonly Fault[];
}

/** Other content for a dose that is recorded. */
export interface CorrectionInput extends Pick<VaccinationInput, 'record' | 'recipient' | 'implausible'> {
  /** The record by its id and, where the caller has seen one, its version; or by whom it is about, the dose being the content's. */
  readonly of: { readonly id: string; readonly version?: number } | Pick<VaccinationInput, 'programme' | 'identity'>;
  /** A code that stands in the audit log and in the status of the old certificate. */
  readonly reason: RevocationReason;
}

/** One version of a record, with what brought it. */
export interface VaccinationVersion {
  readonly version: number;
  readonly certificateId: string;
  readonly record: Readonly<Record<string, unknown>>;
  /** None in the first. */
  readonly correction?: { readonly reason: RevocationReason; readonly actor: string; readonly at: string };
}

export interface RecordedDose {
  readonly vaccinationId: string;
  readonly version: number;
  readonly doseNumber: number;
  readonly certificateId: string;
}

export interface Vaccinations {
  /**
   * Records one dose and waits shortly for its certificate. Throws a Refusal: 400 RECORD_INVALID (against the schema),
   * 409 DOSE_CONFLICT (other content for the same dose), 422 (unknown programme, identity, implausible). Pointers in its
   * errors and warnings point into the input: `/record/patient/name`, `/identity/input/code`.
   */
  record(input: VaccinationInput, actor: Actor): Promise<VaccinationOutcome>;
  /** Throws a Refusal (404) for what does not exist or is not this actor's. */
  find(id: string, actor: Actor): Promise<VaccinationOutcome>;
  /**
   * Gives a recorded dose other content and a certificate that supersedes the old one; the old version is kept. Content that
   * is recorded already changes nothing (`existing`). Whoever may do this may do it to any record. Throws a Refusal as
   * `record` does, and: 404 for none, 409 while the certificate is pending or when it has been revoked, 412 for another
   * version than the one that was seen, 422 for another dose.
   */
  correct(input: CorrectionInput, actor: Actor): Promise<VaccinationOutcome>;
  /** All versions of a record, the first one first. Throws a Refusal (404) for none. */
  versions(id: string): Promise<readonly VaccinationVersion[]>;
  /** What is recorded of a person in a programme, by dose. Throws a Refusal (422) for an unknown programme or identity. */
  dosesOf(person: Pick<VaccinationInput, 'programme' | 'identity'>, actor: Actor): Promise<readonly RecordedDose[]>;
}

export const vaccinations = definePort<Vaccinations>('vaccinations', 0, { methods: ['record', 'find', 'correct', 'versions', 'dosesOf'] });
