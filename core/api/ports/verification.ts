import { definePort } from '../port.js';
import type { Verdict } from './credential-format.js';

export interface Verification {
  /** A parsed credential, the text of a QR, or the bytes of a QR's content. No network, no database. */
  verify(input: unknown | string | Uint8Array, at?: Date): Promise<Verdict>;
}

export const verification = definePort<Verification>('verification', 0, { methods: ['verify'] });
