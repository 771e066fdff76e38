import { fromBase64, toBase64 } from '../../api/index.js';
import type { Hash } from './merkle-tree.js';
import { parseNote, type SignedNote } from './signed-note.js';

/** The state of a log at one moment (https://c2sp.org/tlog-checkpoint). */
export interface Checkpoint {
  /** The log's name: its URL without the scheme. */
  readonly origin: string;
  /** How many entries it has. */
  readonly size: number;
  readonly root: Hash;
}

export const checkpointText = ({ origin, size, root }: Checkpoint): string => `${origin}\n${size}\n${toBase64(root)}\n`;

/** Reads the text of a note that is a checkpoint, extension lines aside; undefined when it is none. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const [origin = '', size = '', encoded = '', ...rest] = text.split('\n');
  const root = fromBase64(encoded);
  const isText = origin !== '' && /^(0|[1-9]\d{0,15})$/.test(size) && root?.length === 32 && rest.at(-1) === '';
  // One text a root: base64 may be padded or not, and a checkpoint is.
  return isText && Number.isSafeInteger(Number(size)) && toBase64(root) === encoded ? { origin, size: Number(size), root } : undefined;
}

/** A note that is a checkpoint, as its log has given it: not believed before its signatures have been verified. */
export interface NotedCheckpoint extends SignedNote {
  readonly checkpoint: Checkpoint;
}

/** Undefined for what is no signed checkpoint. */
export function readCheckpoint(note: string): NotedCheckpoint | undefined {
  const parsed = parseNote(note);
  const checkpoint = parsed && parseCheckpoint(parsed.text);
  return parsed && checkpoint && { ...parsed, checkpoint };
}
