import type { InputFailure } from '../../../verifier/input-failure.js';

/** What a file gives to be verified: the bytes of a credential or of a QR code's content. */
export type FileInput = { readonly input: Uint8Array } | { readonly failure: InputFailure };
