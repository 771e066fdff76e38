import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceLargeFile } from '../../internal/replace-file.js';

/** What verifiers need of an issuer: public keys, certificate types, and what was revoked. Nothing in it is secret or personal. */
export interface TrustBundle {
  readonly divocTrust: 1;
  /** Our DID, when the bundle was dated (RFC 3339), and how long it may be relied on. */
  readonly issuer?: string;
  readonly issued?: string;
  readonly validUntil?: string;
  readonly didDocuments: readonly unknown[];
  readonly contexts: Readonly<Record<string, unknown>>;
  readonly revocations: readonly {
    readonly issuer: string;
    /** When the list last changed; missing while it is empty. */
    readonly updated?: string;
    /** See `revocationHash`; sorted. */
    readonly hashes: readonly string[];
    /** The same of what is suspended; missing where nothing is. */
    readonly suspended?: readonly string[];
  }[];
  /** Signed lists of what was revoked, and of what is suspended, by URL. */
  readonly statusLists: Readonly<Record<string, unknown>>;
  /** See `signedBundle`; missing where there is no key for trust. */
  readonly proof?: unknown;
}

/**
 * The issuer's own bundle as the file `<home>/trust/<tenant>.json`, where `divoc verify` and the verification service look.
 *
 * It outlives the database.
 */
export class TrustBundleFile {
  readonly #file: string;
  /** What was read or written last, so that a large file is not parsed each time. */
  #known: { readonly text: string; readonly bundle: TrustBundle | undefined } | undefined;

  constructor(home: string, tenant: string) {
    this.#file = join(home, 'trust', `${tenant}.json`);
  }

  /** The bundle that was written last, by whatever process; undefined where there is none that can be read, and a new one takes its place. */
  async read(): Promise<TrustBundle | undefined> {
    const text = await readFile(this.#file, 'utf8').catch(() => '');
    if (text !== this.#known?.text) this.#known = { text, bundle: parsed(text) };
    return this.#known.bundle;
  }

  async write(bundle: TrustBundle): Promise<void> {
    if (bundle === this.#known?.bundle) return;
    const text = `${JSON.stringify(bundle, null, 2)}\n`;
    if (text !== this.#known?.text) await replaceLargeFile(this.#file, text);
    this.#known = { text, bundle };
  }
}

function parsed(text: string): TrustBundle | undefined {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}
