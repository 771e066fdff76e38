import { sha256 } from '@noble/hashes/sha2.js';

/** RFC 6962, section 2.1, with SHA-256. Sizes and indices are safe integers: a log of 2^53 entries is not ours to fill. */
export type Hash = Uint8Array;

/** The root hash of the complete subtree that spans the entries `[index * 2^level, (index + 1) * 2^level)`. */
export type HashAt = (level: number, index: number) => Promise<Hash>;

export const leafHash = (record: Uint8Array): Hash => sha256(Uint8Array.from([0, ...record]));

export function nodeHash(left: Hash, right: Hash): Hash {
  const bytes = new Uint8Array(65);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 33);
  return sha256(bytes);
}

/** The root of an empty tree. */
export const EMPTY_ROOT: Hash = sha256(new Uint8Array(0));

/** The root hash of the first `size` entries. */
export async function rootOf(size: number, hashAt: HashAt): Promise<Hash> {
  return size === 0 ? EMPTY_ROOT : rangeHash(0, size, hashAt);
}

/** The audit path of entry `index` in the tree of the first `size` entries, from its sibling upwards (section 2.1.1). */
export async function inclusionProof(index: number, size: number, hashAt: HashAt): Promise<Hash[]> {
  if (index < 0 || index >= size) throw new RangeError(`there is no entry ${index} in a tree of ${size}`);
  const path: Hash[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    const isLeft = index < middle;
    path.unshift(await (isLeft ? rangeHash(middle, end, hashAt) : rangeHash(start, middle, hashAt)));
    [start, end] = isLeft ? [start, middle] : [middle, end];
  }
  return path;
}

/** The proof that the tree of `size` entries begins with the one of `before` (section 2.1.2). Empty where they are the same, or nothing was before. */
export async function consistencyProof(before: number, size: number, hashAt: HashAt): Promise<Hash[]> {
  if (before < 0 || before > size) throw new RangeError(`a tree of ${size} does not begin with one of ${before}`);
  if (before === 0 || before === size) return [];
  const path: Hash[] = [];
  let [start, end, isWhole] = [0, size, true];
  while (before !== end) {
    const middle = start + splitOf(end - start);
    if (before <= middle) {
      path.unshift(await rangeHash(middle, end, hashAt));
      end = middle;
    } else {
      path.unshift(await rangeHash(start, middle, hashAt));
      start = middle;
      isWhole = false;
    }
  }
  // The verifier has the root of the old tree itself.
  return isWhole ? path : [await rangeHash(start, end, hashAt), ...path];
}

/** True when the entry with this hash is the one at `index` of the tree with this root (RFC 9162, section 2.1.3.2). */
export function includes(entry: Hash, index: number, size: number, proof: readonly Hash[], root: Hash): boolean {
  if (!isIndex(index) || !isIndex(size) || index >= size) return false;
  let [at, last, hash] = [index, size - 1, entry];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && isSame(hash, root);
}

/** True when the tree of `size` with `root` begins with the one of `before` with `rootBefore` (RFC 9162, section 2.1.4.2). */
export function isConsistent(before: number, rootBefore: Hash, size: number, root: Hash, proof: readonly Hash[]): boolean {
  if (!isIndex(before) || !isIndex(size) || before > size) return false;
  if (before === size) return proof.length === 0 && isSame(rootBefore, root);
  if (before === 0) return proof.length === 0 && isSame(rootBefore, EMPTY_ROOT);
  // The root of a complete subtree is not sent: whoever asks has it.
  const path = isPowerOfTwo(before) ? [rootBefore, ...proof] : proof;
  let [at, last] = [before - 1, size - 1];
  while (at % 2 === 1) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  const [first, ...rest] = path;
  if (!first) return false;
  let [old, now] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      old = nodeHash(sibling, old);
      now = nodeHash(sibling, now);
      while (at % 2 === 0 && at !== 0) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
    } else {
      now = nodeHash(now, sibling);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && isSame(old, rootBefore) && isSame(now, root);
}

/** The hash of entries `[start, end)`, a range into which the tree of some size splits: its left parts are complete. */
async function rangeHash(start: number, end: number, hashAt: HashAt): Promise<Hash> {
  const width = end - start;
  if (isPowerOfTwo(width)) return hashAt(Math.round(Math.log2(width)), start / width);
  const middle = start + splitOf(width);
  return nodeHash(await rangeHash(start, middle, hashAt), await rangeHash(middle, end, hashAt));
}

/** The largest power of two below `width`. */
function splitOf(width: number): number {
  let power = 1;
  while (power * 2 < width) power *= 2;
  return power;
}

function isPowerOfTwo(value: number): boolean {
  let power = 1;
  while (power < value) power *= 2;
  return power === value;
}

const isIndex = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

export const isSame = (a: Hash, b: Hash): boolean => a.length === b.length && a.every((byte, at) => byte === b[at]);
