import type { Logger } from '../../api/index.js';
import { every } from '../../store/recurring.js';
import { type TrustBundle, TrustBundleFile } from './trust-bundle-file.js';

/** How long a key or a revocation of another process may be unknown to this one. */
const RENEW_SECONDS = 60;

export interface TrustPublisherOptions {
  readonly home: string;
  readonly tenant: string;
  readonly log: Logger;
  /** What there is to be trusted now, read from signer and database; `previous` where nothing is new. */
  readonly make: (previous: TrustBundle | undefined) => Promise<TrustBundle>;
}

/**
 * Keeps the issuer's trust bundle: in memory for those who ask, and as the file that verification reads.
 *
 * What another process has revoked, or a crash kept from the file, is there a minute later.
 */
export class TrustPublisher {
  readonly #options: TrustPublisherOptions;
  readonly #file: TrustBundleFile;
  #bundle: TrustBundle | undefined;
  #renewing: Promise<unknown> = Promise.resolve();
  /** A renewal that has not begun. */
  #waiting: Promise<void> | undefined;
  #recurring: { stop(): Promise<void> } | undefined;

  constructor(options: TrustPublisherOptions) {
    this.#options = options;
    this.#file = new TrustBundleFile(options.home, options.tenant);
  }

  async current(): Promise<TrustBundle> {
    if (!this.#bundle) await this.renew();
    return this.#bundle as TrustBundle;
  }

  /**
   * Reads again and writes the file, one after another, so that an older bundle never follows a newer one. Whoever asks while
   * one waits for its turn has that one: it reads what they have decided, so that many changes at once are told together.
   */
  renew(): Promise<void> {
    if (this.#waiting) return this.#waiting;
    const turn = this.#renewing.then(async () => {
      this.#waiting = undefined;
      // The file and not the memory: of several processes, the next one keeps what another has just signed.
      const bundle = await this.#options.make(await this.#file.read());
      this.#bundle = bundle;
      await this.#file.write(bundle);
    });
    this.#waiting = turn;
    this.#renewing = turn.catch(() => undefined);
    return turn;
  }

  async start(): Promise<void> {
    await this.renew();
    this.#recurring = every(RENEW_SECONDS, 'renewing the trust file', this.#options.log, () => this.renew());
  }

  async stop(): Promise<void> {
    await this.#recurring?.stop();
    await this.#renewing;
  }
}
