/** RFC 9285, section 4.2: exactly what QR codes hold in alphanumeric mode. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const DIGITS: ReadonlyMap<string, number> = new Map([...ALPHABET].map((letter, digit) => [letter, digit]));

/** Bytes as Base45: three characters for two bytes, two for the last of an odd number. */
export function encodeBase45(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 2) {
    const [high = 0, low] = [bytes[at], bytes[at + 1]];
    const value = low === undefined ? high : high * 256 + low;
    text += `${ALPHABET[value % 45]}${ALPHABET[Math.floor(value / 45) % 45]}`;
    if (low !== undefined) text += ALPHABET[Math.floor(value / 2025)];
  }
  return text;
}

/**
 * The bytes of a Base45 text, or undefined when it is none: another character (a lower-case letter, a line feed), one
 * character too many, or a group beyond 65535 or 255. A space is a digit like others, so nothing is trimmed.
 */
export function decodeBase45(text: string): Uint8Array | undefined {
  if (text.length % 3 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor(text.length / 3) * 2 + (text.length % 3 === 2 ? 1 : 0));
  for (let at = 0, end = 0; at < text.length; at += 3) {
    const digits = [...text.slice(at, at + 3)].map((letter) => DIGITS.get(letter));
    const [first, second, third] = digits;
    if (first === undefined || second === undefined || (digits.length === 3 && third === undefined)) return undefined;
    const value = first + second * 45 + (third ?? 0) * 2025;
    if (value > (digits.length === 3 ? 0xffff : 0xff)) return undefined;
    if (digits.length === 3) bytes[end++] = value >> 8;
    bytes[end++] = value & 0xff;
  }
  return bytes;
}
