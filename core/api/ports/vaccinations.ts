import { definePort } from '../port.js';
import type { Fault } from '../refusal.js';
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

export interface Vaccinations {
  /**
   * Records one dose and waits shortly for its certificate. Throws a Refusal: 400 RECORD_INVALID (against the schema),
   * 409 DOSE_CONFLICT (other content for the same dose), 422 (unknown programme, identity, implausible). Pointers in its
   * errors and warnings point into the input: `/record/patient/name`, `/identity/input/code`.
   */
  record(input: VaccinationInput, actor: Actor): Promise<VaccinationOutcome>;
  /** Throws a Refusal (404) for what does not exist or is not this actor's. */
  find(id: string, actor: Actor): Promise<VaccinationOutcome>;
}

export const vaccinations = definePort<Vaccinations>('vaccinations', 0, { methods: ['record', 'find'] });
