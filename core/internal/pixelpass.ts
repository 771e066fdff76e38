import { zlibSync } from 'fflate';
import { decodeBase45, encodeBase45 } from '../api/base45.js';
import { inflateZlib } from '../api/inflate.js';
import { decodeJsonFromCbor, encodeJsonAsCbor } from './json-cbor.js';

/** The largest QR code holds 4,296 characters. */
const MAX_TEXT = 16_384;
/** A credential has about 2 KiB. Whatever inflates to more than this is a bomb. */
const MAX_INFLATED = 262_144;

export type PixelPass = { readonly document: unknown } | { readonly text: string } | { readonly failure: 'base45' | 'zlib' | 'content' };

/**
 * MOSIP's QR content, for QR codes in alphanumeric mode: Base45 of zlib (level 9) of CBOR, without a prefix. A credential
 * that is one text (a JWT) is compressed as it is. The same credential gives the same text on every machine, which the
 * zlib of Node.js does not promise.
 */
export function encodePixelPass(credential: unknown): string {
  const content = typeof credential === 'string' ? new TextEncoder().encode(credential) : encodeJsonAsCbor(credential);
  return encodeBase45(zlibSync(content, { level: 9 }));
}

/** True for a text that begins as Base45 of a zlib stream does (RFC 1950: 32 KiB window, and a check of two bytes). */
export function looksLikePixelPass(text: string): boolean {
  const [method, flags] = decodeBase45(text.slice(0, 3)) ?? [];
  return text.length > 3 && method === 0x78 && flags !== undefined && (method * 256 + flags) % 31 === 0;
}

/** What such a text holds: a JSON value in CBOR, or a text. Everything is bounded before it is read. */
export function decodePixelPass(text: string): PixelPass {
  const compressed = text.length > MAX_TEXT ? undefined : decodeBase45(text);
  if (!compressed) return { failure: 'base45' };
  const content = inflateZlib(compressed, MAX_INFLATED);
  if (!content) return { failure: 'zlib' };
  const document = decodeJsonFromCbor(content);
  if (document !== undefined) return { document };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content) };
  } catch {
    return { failure: 'content' };
  }
}
