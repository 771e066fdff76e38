import { definePort } from '../api/port.js';

export interface SignerKey {
  /** The last part of the DID URL; the key's own multibase, so that it names itself. */
  readonly id: string;
  readonly publicKeyMultibase: string;
  /** The key that new proofs use. */
  readonly active: boolean;
  readonly revoked?: string;
  readonly expires?: string;
}

/** Holds the issuer's Ed25519 keys. Only the certificates service uses it, and only on what it has prepared. */
export interface Signer {
  keys(): Promise<readonly SignerKey[]>;
  /** Raw Ed25519 signature (64 bytes) of `data`. */
  sign(keyId: string, data: Uint8Array): Promise<Uint8Array>;
}

export const signer = definePort<Signer>('signer', 0, { methods: ['keys', 'sign'] });

/** Keyed hashes of identifiers: equal inputs meet, and nobody without the key can try numbers out. */
export interface KeyedHash {
  /** base64url HMAC-SHA-256 over `parts`, each with its length, under a key that never leaves. */
  hash(...parts: readonly string[]): Promise<string>;
}

export const keyedHash = definePort<KeyedHash>('keyed-hash', 0, { methods: ['hash'] });

/** Keeps single values unreadable in the database and its backups. */
export interface FieldCipher {
  /** AES-256-GCM under a key that never leaves; `place` (table, column, id) is bound in, so that no value can be put elsewhere. */
  encrypt(text: string, place: string): Promise<string>;
  /** Throws an Error when the value was altered, moved, or encrypted under another key. */
  decrypt(token: string, place: string): Promise<string>;
}

export const fieldCipher = definePort<FieldCipher>('field-cipher', 0, { methods: ['encrypt', 'decrypt'] });
