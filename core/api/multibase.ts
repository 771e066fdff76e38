import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
/** 96 bytes, a P-384 signature, take 132 characters at most; nothing longer is read here. */
const MAX_TEXT = 140;

/** The multibase text of bytes in base58btc: `z` and what Bitcoin's alphabet makes of them, zero bytes in front as `1`. */
export function toMultibase(bytes: Uint8Array): string {
  let number = BigInt(`0x0${bytesToHex(bytes)}`);
  let text = '';
  for (; number > 0n; number /= 58n) text = `${ALPHABET[Number(number % 58n)]}${text}`;
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return `z${'1'.repeat(zeros < 0 ? bytes.length : zeros)}${text}`;
}

/** The bytes of such a text, or undefined when it is none (https://www.w3.org/TR/cid-1.0/#multibase-0). One text a value. */
export function fromMultibase(text: string): Uint8Array | undefined {
  if (text[0] !== 'z' || text.length > MAX_TEXT) return undefined;
  let number = 0n;
  for (const letter of text.slice(1)) {
    const digit = ALPHABET.indexOf(letter);
    if (digit < 0) return undefined;
    number = number * 58n + BigInt(digit);
  }
  const zeros = /^1*/.exec(text.slice(1))?.[0].length ?? 0;
  const hex = number === 0n ? '' : number.toString(16);
  return Uint8Array.from([...new Uint8Array(zeros), ...hexToBytes(hex.length % 2 ? `0${hex}` : hex)]);
}
