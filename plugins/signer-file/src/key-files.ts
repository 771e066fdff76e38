import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { multikeyOfJwk, type PublicJwk, type SignatureAlgorithm } from '@divoc/core/api';
import { SignerError } from '@divoc/core/internal';
import { chainOf } from './certificates.js';

/** One private key, named by its public half. */
export interface FileKey {
  readonly id: string;
  readonly file: string;
  readonly algorithm: SignatureAlgorithm;
  readonly privateKey: KeyObject;
  /** DER in base64, its own certificate first. */
  readonly certificates?: readonly string[];
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

/**
 * Reads a private key (PKCS#8 PEM, Ed25519 or P-256), and its certificates (PEM) beside it in a file of the same name with
 * `.crt`, if there is one. Throws a SignerError for anything else; the message holds no key material.
 */
export async function readKey(file: string): Promise<FileKey> {
  const pem = await readSecret(file);
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(pem);
  } catch (cause) {
    throw invalid(`${file} is not a private key in PEM without a passphrase`, { cause });
  }
  const algorithm = algorithmOf(privateKey);
  if (!algorithm) throw invalid(`${file} holds a key of type ${privateKey.asymmetricKeyType}, not ed25519 or P-256`);
  const chain = await readFile(certificateFile(file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const certificates = chain === undefined ? undefined : chainOf(chain, privateKey, certificateFile(file));
  return { id: publicId(privateKey), file, algorithm, privateKey, ...(certificates && { certificates }) };
}

export const certificateFile = (file: string): string => file.replace(/\.pem$/, '.crt');

const invalid = (what: string, options?: ErrorOptions): SignerError =>
  new SignerError('SIGNER_KEY_INVALID', what, 'openssl genpkey -algorithm ed25519 makes one', options);

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): SignatureAlgorithm | undefined {
  if (asymmetricKeyType === 'ed25519') return 'Ed25519';
  return asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1' ? 'ES256' : undefined;
}

/** Multikey form of the public half: `z6Mk…` of Ed25519, `zDn…` of P-256. */
export function publicId(privateKey: KeyObject): string {
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' }) as PublicJwk;
  const id = multikeyOfJwk(jwk);
  if (id === undefined) throw new Error('only keys of known kinds are asked for their names');
  return id;
}
