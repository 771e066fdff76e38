import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

const encoder = new TextEncoder();

/** SHA-256 of a text's UTF-8, without waiting for it: WebCrypto's is asynchronous. */
export const digestOf = (text: string): Uint8Array => sha256(encoder.encode(text));

/** The same in lower-case hex. */
export const hexOf = (text: string): string => bytesToHex(digestOf(text));
