import type { Checkpoint } from './checkpoint.js';
import type { LogPolicy, ProofFault } from './log-proof.js';
import { believedCheckpoint } from './log-proof.js';
import { EMPTY_ROOT, type Hash, isSame, leafHash, nodeHash } from './merkle-tree.js';

/** What an auditor reads of a log. */
export interface ReadableLog {
  /** The newest signed checkpoint. */
  checkpoint(): Promise<string>;
  /** The bytes of `count` entries from `from` on; there are as many. */
  entries(from: number, count: number): Promise<readonly Uint8Array[]>;
}

export type AuditFault = ProofFault | 'ENTRIES_MISSING' | 'ROOT_DIFFERS' | 'HISTORY_CHANGED' | 'LOG_SHRANK';

export interface AuditReport {
  /** Undefined when the log is sound. */
  readonly fault?: AuditFault;
  readonly checkpoint?: Checkpoint;
  /** The signed checkpoint, to be kept until the next audit. */
  readonly note: string;
}

export interface AuditOptions {
  readonly policy: LogPolicy;
  /** The checkpoint of an earlier audit: what was there then must be there still. */
  readonly since?: Checkpoint;
  /** Sees each entry in turn, to count or to compare. */
  readonly each?: (entry: Uint8Array, index: number) => void | Promise<void>;
}

const BATCH = 256;

/**
 * Reads a whole log and computes its tree anew: the signed root is that of the entries, and the tree of an earlier audit is
 * the beginning of this one. No proof is asked for, so none can deceive.
 */
export async function auditLog(log: ReadableLog, { policy, since, each }: AuditOptions): Promise<AuditReport> {
  const note = await log.checkpoint();
  const checkpoint = await believedCheckpoint(note, policy);
  if (typeof checkpoint === 'string') return { fault: checkpoint, note };
  if (since && since.size > checkpoint.size) return { fault: 'LOG_SHRANK', checkpoint, note };
  const tree = new GrowingTree();
  let [fault, isOld]: [AuditFault | undefined, boolean] = [undefined, since === undefined];
  const compare = () => {
    if (isOld || tree.size !== since?.size) return;
    isOld = true;
    if (!isSame(tree.root(), since.root)) fault = 'HISTORY_CHANGED';
  };
  compare();
  while (tree.size < checkpoint.size && !fault) {
    const count = Math.min(BATCH, checkpoint.size - tree.size);
    const entries = await log.entries(tree.size, count);
    if (entries.length !== count) fault = 'ENTRIES_MISSING';
    for (const entry of fault ? [] : entries) {
      await each?.(entry, tree.size);
      tree.add(leafHash(entry));
      compare();
    }
  }
  if (!fault && !isSame(tree.root(), checkpoint.root)) fault = 'ROOT_DIFFERS';
  return { ...(fault && { fault }), checkpoint, note };
}

/** A tree of which only the complete subtrees at its right edge are kept. */
class GrowingTree {
  readonly #edge: { readonly level: number; readonly hash: Hash }[] = [];
  size = 0;

  add(leaf: Hash): void {
    let node = { level: 0, hash: leaf };
    for (let left = this.#edge.at(-1); left?.level === node.level; left = this.#edge.at(-1)) {
      this.#edge.pop();
      node = { level: node.level + 1, hash: nodeHash(left.hash, node.hash) };
    }
    this.#edge.push(node);
    this.size += 1;
  }

  root(): Hash {
    const [last, ...others] = this.#edge.toReversed();
    return last ? others.reduce((hash, left) => nodeHash(left.hash, hash), last.hash) : EMPTY_ROOT;
  }
}
