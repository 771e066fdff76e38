import { revocationHash } from '../../internal/revocation-hash.js';
import type { Turn } from './turns.js';

/** As many as are sorted in one go. */
const SLICE = 2000;

/** The hashes of certificates by which a bundle names them, a slice in each turn: there may be a hundred thousand. */
export class RevocationHashes {
  /** Of all that was asked for. An id's hash never changes, and hashing is most of the work. */
  readonly #known = new Map<string, string>();
  readonly #turn: Turn;

  constructor(turn: Turn) {
    this.#turn = turn;
  }

  /** In the order of the hashes, which tells nothing of the order of the revocations. */
  async sorted(ids: readonly string[]): Promise<readonly string[]> {
    let runs: string[][] = [];
    for (let at = 0; at < ids.length; at += SLICE) {
      const run: string[] = [];
      for (const id of ids.slice(at, at + SLICE)) {
        run.push(this.#hashOf(id));
        await this.#turn();
      }
      runs.push(run.sort());
    }
    while (runs.length > 1) {
      const merged: string[][] = [];
      for (let at = 0; at < runs.length; at += 2) merged.push(await this.#merged(runs[at] ?? [], runs[at + 1] ?? []));
      runs = merged;
    }
    return runs[0] ?? [];
  }

  async #merged(a: readonly string[], b: readonly string[]): Promise<string[]> {
    const result: string[] = [];
    let [i, j] = [0, 0];
    while (i < a.length || j < b.length) {
      const isFirst = j === b.length || (i < a.length && a[i]! <= b[j]!);
      result.push(isFirst ? a[i++]! : b[j++]!);
      if (result.length % SLICE === 0) await this.#turn();
    }
    return result;
  }

  #hashOf(id: string): string {
    let hash = this.#known.get(id);
    if (hash === undefined) {
      hash = revocationHash(`urn:uuid:${id}`);
      this.#known.set(id, hash);
    }
    return hash;
  }
}
