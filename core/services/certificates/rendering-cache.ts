import type { Rendering } from '../../api/index.js';

/** Bytes of renderings kept at most; the oldest go first. */
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * Keeps renderings that cost time (PDFs), in memory only: they are personal.
 *
 * Requests for one rendering that come while it is made share it.
 */
export class RenderingCache {
  readonly #kept = new Map<string, Rendering>();
  readonly #running = new Map<string, Promise<Rendering>>();
  #bytes = 0;

  get(key: string, make: () => Promise<Rendering>): Promise<Rendering> {
    const kept = this.#kept.get(key);
    if (kept) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return Promise.resolve(kept);
    }
    let running = this.#running.get(key);
    if (!running) {
      running = make()
        .then((made) => this.#keep(key, made))
        .finally(() => this.#running.delete(key));
      this.#running.set(key, running);
    }
    return running;
  }

  #keep(key: string, made: Rendering): Rendering {
    this.#kept.set(key, made);
    this.#bytes += made.body.length;
    for (const [oldest, { body }] of this.#kept) {
      if (this.#bytes <= MAX_BYTES) break;
      this.#kept.delete(oldest);
      this.#bytes -= body.length;
    }
    return made;
  }
}
