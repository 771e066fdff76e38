/** base64 with padding (RFC 4648, section 4). */
export const toBase64 = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));

/** base64url without padding (RFC 4648, section 5). */
export const toBase64url = (bytes: Uint8Array): string => toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** Bytes of a base64 text, padded or not, or undefined when it is none: white space, another alphabet, left-over bits. */
export function fromBase64(text: string): Uint8Array | undefined {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
  // atob() skips white space and drops bits; only what comes out again as it went in is base64.
  return unpadded(toBase64(bytes)) === unpadded(text) ? bytes : undefined;
}

/** As `fromBase64`, for base64url. */
export const fromBase64url = (text: string): Uint8Array | undefined =>
  /[+/=]/.test(text) ? undefined : fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'));

const unpadded = (text: string): string => text.replace(/=+$/, '');
