/** base64 with padding (RFC 4648, section 4). */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** base64url without padding (RFC 4648, section 5). */
export const toBase64url = (bytes: Uint8Array): string => toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** Bytes of a base64 text, padded or not, or undefined when it is none: white space, another alphabet, left-over bits. */
export function fromBase64(text: string): Uint8Array | undefined {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return undefined;
  }
  // atob() skips white space and drops bits; only what comes out again as it went in is base64.
  if (unpadded(btoa(binary)) !== unpadded(text)) return undefined;
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** As `fromBase64`, for base64url. */
export const fromBase64url = (text: string): Uint8Array | undefined =>
  /[+/=]/.test(text) ? undefined : fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'));

const unpadded = (text: string): string => text.replace(/=+$/, '');
