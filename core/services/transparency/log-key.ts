import { fromMultibase } from '../../api/index.js';
import type { Signer } from '../../internal/index.js';
import { NOTE_SIGNATURE, type NoteKey } from '../../verifier/transparency/signed-note.js';

/** The key of the log, and what signs with it. */
export interface LogKey {
  readonly noteKey: NoteKey;
  sign(text: Uint8Array): Promise<Uint8Array>;
}

/** The log's origin: its URL without the scheme (https://c2sp.org/tlog-tiles). */
export const originOf = (publicUrl: string): string => `${publicUrl.replace(/^https?:\/\//, '')}/log`;

/** The active key for logs. Throws an Error when the signer has none. */
export async function logKey(signer: Signer, origin: string): Promise<LogKey> {
  const key = (await signer.keys()).find(({ active }) => active);
  const publicKey = key && fromMultibase(key.publicKeyMultibase)?.slice(2);
  if (!key || publicKey?.length !== 32) throw new Error('the signer has no active Ed25519 key for the log');
  return { noteKey: { name: origin, type: NOTE_SIGNATURE, publicKey }, sign: (text) => signer.sign(key.id, text) };
}
