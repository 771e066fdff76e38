const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/**
 * Multikey text of a raw Ed25519 public key (32 bytes): `z`, then base58btc of the header 0xed01 and the key.
 *
 * The header is never zero, so base58's rule for leading zeros is not needed.
 * Source: https://www.w3.org/TR/cid-1.0/#Multikey
 */
export function ed25519Multibase(raw: Uint8Array): string {
  let number = BigInt(`0xed01${Buffer.from(raw).toString('hex')}`);
  let text = '';
  for (; number > 0n; number /= 58n) text = `${ALPHABET[Number(number % 58n)]}${text}`;
  return `z${text}`;
}
