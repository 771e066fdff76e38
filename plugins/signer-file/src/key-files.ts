import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { toMultibase } from '@divoc/core/api';
import { SignerError } from './signer-error.js';

/** What stands before the 32 bytes in the Multikey of an Ed25519 public key (https://www.w3.org/TR/cid-1.0/#Multikey). */
const ED25519_HEADER = Buffer.from([0xed, 0x01]);

/** One private key, named by its public half. */
export interface FileKey {
  readonly id: string;
  readonly file: string;
  readonly privateKey: KeyObject;
}

/** Reads a secret file. Throws a SignerError when anybody but its owner could read or change it. */
export async function readSecret(file: string): Promise<Buffer> {
  const { mode } = await stat(file);
  // Windows has no such bits; its folders inherit access control lists instead.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new SignerError(
      'SIGNER_KEY_EXPOSED',
      `${file} is open to other users (mode ${(mode & 0o777).toString(8)})`,
      `chmod 600 '${file}'; if it was open on a shared machine, replace the key`,
    );
  }
  return readFile(file);
}

/** Reads an Ed25519 private key (PKCS#8 PEM). Throws a SignerError for anything else; the message holds no key material. */
export async function readKey(file: string): Promise<FileKey> {
  const pem = await readSecret(file);
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(pem);
  } catch (cause) {
    throw new SignerError(
      'SIGNER_KEY_INVALID',
      `${file} is not a private key in PEM without a passphrase`,
      'openssl genpkey -algorithm ed25519 makes one',
      { cause },
    );
  }
  if (privateKey.asymmetricKeyType !== 'ed25519') {
    throw new SignerError(
      'SIGNER_KEY_INVALID',
      `${file} holds a key of type ${privateKey.asymmetricKeyType}, not ed25519`,
      'openssl genpkey -algorithm ed25519 makes one',
    );
  }
  return { id: publicId(privateKey), file, privateKey };
}

/** Multikey form of the public half: `z6Mk…`. */
export function publicId(privateKey: KeyObject): string {
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  return toMultibase(Buffer.concat([ED25519_HEADER, raw]));
}
