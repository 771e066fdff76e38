import { definePort } from '../port.js';
import type { PresentationRequest, Verdict } from './credential-format.js';

export interface VerifyOptions {
  /** The time of the verification; default now. */
  readonly at?: Date;
  /** Believe every issuer that is its own key (did:key): whoever asks has to know whose key it is. Default false. */
  readonly acceptDidKey?: boolean;
}

/** The verdict on a presentation itself, and on each credential in it. */
export interface PresentationVerdict {
  /** True when the presentation and all that it holds are VERIFIED. */
  readonly verified: boolean;
  readonly presentation: Verdict;
  readonly credentials: readonly Verdict[];
}

export interface Verification {
  /** A parsed credential, the text of a QR, or the bytes of a QR's content. No network, no database. */
  verify(input: unknown | string | Uint8Array, options?: VerifyOptions): Promise<Verdict>;
  /** A presentation that its holder has signed with a did:key for this request, and the credentials in it. */
  verifyPresentation(input: unknown, request: PresentationRequest, options?: VerifyOptions): Promise<PresentationVerdict>;
}

export const verification = definePort<Verification>('verification', 0, { methods: ['verify', 'verifyPresentation'] });
