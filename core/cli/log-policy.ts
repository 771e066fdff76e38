import type { LogPolicy } from '../verifier/transparency/log-proof.js';
import { COSIGNATURE, NOTE_SIGNATURE, type NoteKey, parseNoteKey } from '../verifier/transparency/signed-note.js';
import { type CommandInput, UsageError } from './command.js';

/** The options of commands that must know whom to believe. */
export const policyOptions = { key: { type: 'string' }, witness: { type: 'string', multiple: true }, quorum: { type: 'string' } } as const;

export const POLICY_HELP = `  --key KEY         the log's key, name+id+key, as its operator has published it (also at /log/key)
  --witness KEY     the key of a witness; repeat it for more
  --quorum NUMBER   how many of them must have signed (default: all that are named)`;

/** Throws a UsageError for a key that is none. */
export function policyOf({ flags }: CommandInput): LogPolicy {
  if (typeof flags.key !== 'string') throw new UsageError('--key is needed: a log is believed by its key.');
  const witnesses = ((flags.witness ?? []) as string[]).map((text) => keyOf(text, COSIGNATURE, '--witness'));
  const quorum = flags.quorum === undefined ? witnesses.length : Number(flags.quorum);
  if (!Number.isInteger(quorum) || quorum < 0 || quorum > witnesses.length)
    throw new UsageError(`--quorum must be a number up to ${witnesses.length}, the number of witnesses named.`);
  return { log: keyOf(flags.key, NOTE_SIGNATURE, '--key'), witnesses, quorum };
}

function keyOf(text: string, type: NoteKey['type'], option: string): NoteKey {
  const key = parseNoteKey(text);
  if (key?.type === type) return key;
  throw new UsageError(
    `${option} must be a key like name+12ab34cd+AbC…, of type ${type === COSIGNATURE ? '04 (cosignature)' : '01 (Ed25519)'}.`,
  );
}
