import { fromBase64, toBase64 } from '../../api/index.js';
import { type Checkpoint, readCheckpoint } from './checkpoint.js';
import { type Hash, includes } from './merkle-tree.js';
import { type NoteKey, type SignedNote, verifyNote } from './signed-note.js';

/** That an entry is in a log, by itself (https://c2sp.org/tlog-proof). */
export interface LogProof {
  /** What the entry is made of, where the entry itself is only a hash of it. Not authenticated by the format. */
  readonly extra?: Uint8Array;
  readonly index: number;
  readonly path: readonly Hash[];
  /** The signed checkpoint, as the log has given it. */
  readonly checkpoint: string;
}

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
/** A tree of 2^53 entries has paths of 53 hashes. */
const MAX_PATH = 63;

export function logProofText({ extra, index, path, checkpoint }: LogProof): string {
  const lines = [FIRST_LINE, ...(extra ? [`extra ${toBase64(extra)}`] : []), `index ${index}`, ...path.map(toBase64), '', checkpoint];
  return lines.join('\n');
}

/** Undefined for what is no such proof. */
export function parseLogProof(text: string): LogProof | undefined {
  const end = text.indexOf('\n\n');
  const [first, ...lines] = text.slice(0, Math.max(end, 0)).split('\n');
  if (first !== FIRST_LINE) return undefined;
  const extraLine = lines[0]?.startsWith('extra ') ? lines.shift() : undefined;
  const extra = extraLine === undefined ? undefined : fromBase64(extraLine.slice('extra '.length));
  const index = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '')?.[1];
  const path = lines.map(fromBase64);
  const isSound = index !== undefined && path.length <= MAX_PATH && path.every((hash) => hash?.length === 32);
  if (!isSound || (extraLine !== undefined && !extra)) return undefined;
  return { ...(extra && { extra }), index: Number(index), path: path as Hash[], checkpoint: text.slice(end + 2) };
}

/** Why a proof proves nothing. */
export type ProofFault = 'PROOF_MALFORMED' | 'CHECKPOINT_NOT_SIGNED' | 'ORIGIN_OTHER' | 'WITNESSES_TOO_FEW' | 'ENTRY_NOT_INCLUDED';

export interface LogPolicy {
  readonly log: NoteKey;
  readonly witnesses?: readonly NoteKey[];
  /** How many of the witnesses must have signed; default none. */
  readonly quorum?: number;
}

/** A checkpoint that the log, and as many witnesses as the policy wants, have signed; or why it is not to be believed. */
export async function believedCheckpoint(note: string, { log, witnesses = [], quorum = 0 }: LogPolicy): Promise<Checkpoint | ProofFault> {
  const noted = readCheckpoint(note);
  if (!noted) return 'PROOF_MALFORMED';
  const { checkpoint } = noted;
  if ((await verifyNote(noted, log))?.holds !== true) return 'CHECKPOINT_NOT_SIGNED';
  if (checkpoint.origin !== log.name) return 'ORIGIN_OTHER';
  return (await witnessed(noted, witnesses)) < quorum ? 'WITNESSES_TOO_FEW' : checkpoint;
}

/** Is the entry with this hash in the log? The checkpoint that says so, or the fault. */
export async function verifyLogProof(proof: LogProof, entry: Hash, policy: LogPolicy): Promise<Checkpoint | ProofFault> {
  const checkpoint = await believedCheckpoint(proof.checkpoint, policy);
  if (typeof checkpoint === 'string') return checkpoint;
  return includes(entry, proof.index, checkpoint.size, proof.path, checkpoint.root) ? checkpoint : 'ENTRY_NOT_INCLUDED';
}

async function witnessed(note: SignedNote, witnesses: readonly NoteKey[]): Promise<number> {
  const verified = await Promise.all(witnesses.map(async (key) => ({ key, found: await verifyNote(note, key) })));
  // A key is one witness, however often, and under however many names, it was given.
  return new Set(verified.filter(({ found }) => found?.holds === true).map(({ key }) => toBase64(key.publicKey))).size;
}
