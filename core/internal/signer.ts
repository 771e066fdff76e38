import { definePort } from '../api/port.js';
import type { SealingKey, SealingNeeds } from '../api/ports/credential-format.js';

export interface SignerKey extends SealingKey {
  /** The last part of the DID URL; the key's own multibase, so that it names itself. */
  readonly id: string;
  /** What it signs, and nothing else: `vc`, `hcert`, `shc`, `vds-nc`, `log`, `trust`. */
  readonly purpose: string;
  /** The key that new signatures of its purpose use. */
  readonly active: boolean;
  readonly revoked?: string;
  readonly expires?: string;
}

/** Holds the issuer's keys. Only services use it, and only on what they have prepared. */
export interface Signer {
  /** All keys, retired and revoked ones too: what they have signed must go on verifying, or failing. */
  keys(): Promise<readonly SignerKey[]>;
  /** The active key of a purpose. Throws an Error with a code and the way to mend it where there is none that fulfils the need. */
  active(needs: SealingNeeds): Promise<SignerKey>;
  /** A signature of 64 bytes over `data`: raw Ed25519, or r||s of ES256. A revoked key signs nothing. */
  sign(keyId: string, data: Uint8Array): Promise<Uint8Array>;
}

export const signer = definePort<Signer>('signer', 0, { methods: ['keys', 'active', 'sign'] });

/** Makes and ends keys; for commands, never while serving. */
export interface KeyStore {
  /** Makes a key that fulfils the need and activates it. The one before it is retired: it signs no more, and still verifies. */
  make(needs: SealingNeeds): Promise<SignerKey>;
  /** Ends a key that may be known to others: it signs nothing, and what it has signed no longer verifies. */
  revoke(keyId: string): Promise<SignerKey>;
  /** A request for a certificate (PKCS #10, PEM) for an authority elsewhere. */
  certificateRequest(keyId: string): Promise<string>;
  /** Gives a key the certificate that an authority has made, with its chain (PEM, the key's own first). */
  certify(keyId: string, chain: string): Promise<SignerKey>;
}

export const keyStore = definePort<KeyStore>('key-store', 0, { methods: ['make', 'revoke', 'certificateRequest', 'certify'] });

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
