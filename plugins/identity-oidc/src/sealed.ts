import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

/**
 * What a person has shown is kept between their login and its use by the desk. Only whoever began the challenge may read it,
 * and the house itself is not among them: its id opens the seal, and the house never keeps the id. An X25519 key is made
 * of the id, its public half is kept, and the callback seals to it (ECDH, HKDF-SHA-256, AES-256-GCM).
 */

/** RFC 8410: the DER of an X25519 private key but for its 32 bytes. */
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');
const IV = 12;
const TAG = 16;
const PUBLIC = 32;

/** The OAuth `state` of a challenge: whoever sees it in a URL learns nothing of the id. */
export const stateOf = (id: string): string => digest('divoc oidc state', id);
/** Under which a challenge is kept: whoever reads the database learns nothing of the `state`. */
export const keyOf = (state: string): string => digest('divoc oidc key', state);
/** A code as it is remembered. */
export const codeHash = (code: string): string => digest('divoc oidc code', code);

const digest = (use: string, text: string): string => createHash('sha256').update(`${use}\n${text}`, 'utf8').digest('base64url');

const privateKey = (id: string): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8, derived(id, '', 'divoc oidc lock')]), format: 'der', type: 'pkcs8' });

const derived = (secret: string | Buffer, salt: string | Buffer, use: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, use, 32));

const rawOf = (key: KeyObject): Buffer => Buffer.from(key.export({ format: 'jwk' }).x as string, 'base64url');
const publicOf = (raw: Buffer): KeyObject =>
  createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: raw.toString('base64url') }, format: 'jwk' });

/** What seals for `id`, and tells nothing of it. */
export const lockOf = (id: string): string => rawOf(createPublicKey(privateKey(id))).toString('base64url');

export function seal(lock: string, value: unknown): string {
  const [to, once] = [Buffer.from(lock, 'base64url'), generateKeyPairSync('x25519')];
  const [from, iv] = [rawOf(once.publicKey), randomBytes(IV)];
  const shared = diffieHellman({ privateKey: once.privateKey, publicKey: publicOf(to) });
  const cipher = createCipheriv('aes-256-gcm', derived(shared, Buffer.concat([from, to]), 'divoc oidc seal'), iv);
  const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  return Buffer.concat([from, iv, cipher.getAuthTag(), text]).toString('base64url');
}

/** Throws an Error when it was not sealed for `id`, or has been changed. */
export function open(id: string, sealed: string): unknown {
  const bytes = Buffer.from(sealed, 'base64url');
  const own = privateKey(id);
  const from = bytes.subarray(0, PUBLIC);
  const shared = diffieHellman({ privateKey: own, publicKey: publicOf(from) });
  const key = derived(shared, Buffer.concat([from, rawOf(createPublicKey(own))]), 'divoc oidc seal');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(PUBLIC, PUBLIC + IV), { authTagLength: TAG });
  decipher.setAuthTag(bytes.subarray(PUBLIC + IV, PUBLIC + IV + TAG));
  return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(PUBLIC + IV + TAG)), decipher.final()]).toString('utf8'));
}
