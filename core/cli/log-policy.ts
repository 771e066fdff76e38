import type { LogPolicy, ProofFault } from '../verifier/transparency/log-proof.js';
import { COSIGNATURE, NOTE_SIGNATURE, type NoteKey, parseNoteKey } from '../verifier/transparency/signed-note.js';
import { type CommandInput, UsageError } from './command.js';

/** Why a proof proves nothing, for people. */
export const PROOF_FAULTS = {
  PROOF_MALFORMED: 'the file is no proof of a log entry, or its checkpoint is none',
  CHECKPOINT_NOT_SIGNED: 'the checkpoint is not signed with this key',
  ORIGIN_OTHER: 'the checkpoint is of another log',
  WITNESSES_TOO_FEW: 'too few of the witnesses have signed the checkpoint',
  ENTRY_NOT_INCLUDED: 'the entry is not in the log that the checkpoint signs',
} as const satisfies Record<ProofFault, string>;

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
