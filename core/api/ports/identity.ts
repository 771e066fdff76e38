import { definePort } from '../port.js';

/** Who a person is, as far as a provider can tell. */
export interface VerifiedIdentity {
  /** The namespace of `subject`, e.g. `facility-code`. */
  readonly scheme: string;
  /** The canonical identifier. It lives in memory only: the house keeps a keyed hash of (scheme, subject). */
  readonly subject: string;
  readonly assurance: { readonly ial: 0 | 1 | 2 | 3; readonly basis: string };
}

/** Says who the person before the vaccinator is. Grows a start/complete pair with its first interactive plugin. */
export interface Identity {
  /** Throws a Refusal (422) when `input` does not identify anybody. `input` is what the caller sent for this provider. */
  identify(input: Readonly<Record<string, unknown>>): Promise<VerifiedIdentity>;
}

export const identity = definePort<Identity>('identity', 0);
