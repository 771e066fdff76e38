import { fromMultibase } from '../../api/index.js';
import type { Signer } from '../../internal/index.js';
import { NOTE_SIGNATURE, type NoteKey } from '../../verifier/transparency/signed-note.js';

/** The key of the log, and what signs with it. */
export interface LogKey {
  readonly noteKey: NoteKey;
  sign(text: Uint8Array): Promise<Uint8Array>;
}

/** The active key for logs. Throws the signer's Error, which says how to make one, where there is none. */
export async function logKey(signer: Signer, origin: string): Promise<LogKey> {
  const key = await signer.active({ purpose: 'log', algorithm: 'Ed25519' });
  const publicKey = fromMultibase(key.publicKeyMultibase)?.slice(2);
  if (publicKey?.length !== 32) throw new Error(`the key ${key.id} is no Ed25519 key`);
  return { noteKey: { name: origin, type: NOTE_SIGNATURE, publicKey }, sign: (text) => signer.sign(key.id, text) };
}
