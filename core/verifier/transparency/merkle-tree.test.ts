import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  consistencyProof,
  EMPTY_ROOT,
  type Hash,
  type HashAt,
  includes,
  inclusionProof,
  isConsistent,
  leafHash,
  rootOf,
} from './merkle-tree.js';

/** RFC 6962 once more, as its section 2.1 defines it: by recursion over the entries themselves. */
const sha256 = (...parts: Uint8Array[]): Uint8Array => createHash('sha256').update(Buffer.concat(parts)).digest();
function naiveRoot(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length === 0) return sha256();
  if (entries.length === 1) return sha256(Buffer.from([0]), entries[0]!);
  const split = 2 ** Math.floor(Math.log2(entries.length - 1));
  return sha256(Buffer.from([1]), naiveRoot(entries.slice(0, split)), naiveRoot(entries.slice(split)));
}

const entries = Array.from({ length: 70 }, (_, index) => Buffer.from(`entry ${index}`));
const hashAt: HashAt = async (level, index) => naiveRoot(entries.slice(index * 2 ** level, (index + 1) * 2 ** level));
const hex = (hashes: readonly Hash[]) => hashes.map((hash) => Buffer.from(hash).toString('hex'));
const other: Hash = leafHash(Buffer.from('somebody else'));

describe('a tree of RFC 6962', () => {
  it('has the root that its definition says, at every size', async () => {
    for (let size = 0; size <= entries.length; size += 1) {
      expect(Buffer.from(await rootOf(size, hashAt))).toEqual(Buffer.from(naiveRoot(entries.slice(0, size))));
    }
    expect(hex([EMPTY_ROOT])).toEqual(['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855']);
  });

  // https://github.com/google/certificate-transparency-go, merkle tests: eight entries from RFC 6962's reference implementation.
  it('has the roots of the reference implementation', async () => {
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map((text) =>
      Buffer.from(text, 'hex'),
    );
    const at: HashAt = async (level, index) => naiveRoot(inputs.slice(index * 2 ** level, (index + 1) * 2 ** level));
    expect(hex([await rootOf(1, at), await rootOf(2, at), await rootOf(7, at), await rootOf(8, at)])).toEqual([
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ]);
    expect(hex(await inclusionProof(5, 8, at))).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });

  it('proves of each entry that it is in each larger tree, at its place and at no other', async () => {
    for (const size of [1, 2, 3, 7, 8, 9, 33, 64, 70]) {
      const root = await rootOf(size, hashAt);
      for (let index = 0; index < size; index += 1) {
        const proof = await inclusionProof(index, size, hashAt);
        const entry = leafHash(entries[index]!);
        expect(includes(entry, index, size, proof, root)).toBe(true);
        const wrong = [
          includes(other, index, size, proof, root),
          includes(entry, index + 1, size, proof, root),
          includes(entry, index, size, proof, other),
          includes(entry, index, size, [...proof, other], root),
          size > 1 && includes(entry, index, size, proof.slice(1), root),
          size > 1 &&
            includes(
              entry,
              index,
              size,
              proof.map((hash, at) => (at === 0 ? other : hash)),
              root,
            ),
        ];
        expect([index, size, ...wrong]).toEqual([index, size, ...wrong.map(() => false)]);
      }
    }
  });

  it('proves of each smaller tree that the larger begins with it, and of no other', async () => {
    for (const size of [1, 2, 3, 7, 8, 9, 33, 64, 70]) {
      const root = await rootOf(size, hashAt);
      for (let before = 0; before <= size; before += 1) {
        const proof = await consistencyProof(before, size, hashAt);
        const rootBefore = await rootOf(before, hashAt);
        expect(isConsistent(before, rootBefore, size, root, proof)).toBe(true);
        const wrong = [
          isConsistent(before, other, size, root, proof),
          isConsistent(before, rootBefore, size, other, proof) && before !== 0,
          isConsistent(before, rootBefore, size, root, [...proof, other]),
          proof.length > 0 && isConsistent(before, rootBefore, size, root, proof.slice(0, -1)),
          proof.length > 0 &&
            isConsistent(
              before,
              rootBefore,
              size,
              root,
              proof.map((hash, at) => (at === 0 ? other : hash)),
            ),
        ];
        expect([before, size, ...wrong]).toEqual([before, size, ...wrong.map(() => false)]);
      }
    }
  });

  it('refuses sizes that are none', async () => {
    expect(includes(other, 0.5, 1, [], other)).toBe(false);
    expect(includes(other, 0, 0, [], other)).toBe(false);
    expect(isConsistent(-1, other, 1, other, [])).toBe(false);
    expect(isConsistent(2, other, 1, other, [])).toBe(false);
    await expect(inclusionProof(3, 3, hashAt)).rejects.toThrow(RangeError);
    await expect(consistencyProof(4, 3, hashAt)).rejects.toThrow(RangeError);
  });
});
