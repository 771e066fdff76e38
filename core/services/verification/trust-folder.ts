import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseStrictJson } from '../../api/index.js';
import { isKeyText } from '../../verifier/key-text.js';
import { type BundleTrust, loadTrustBundles } from '../../verifier/trust.js';
import { isTrustBundleError, TrustBundleError } from '../../verifier/trust-bundle-error.js';
import { type PinnedTrust, pinnedBundles, pinnedTrust, type SeenBundles, type TrustPins } from '../../verifier/trust-pins.js';
import type { SeenFile } from './seen-bundles.js';

interface Bundle {
  readonly file: string;
  /** Changes whenever the file does. */
  readonly stamp: string;
  readonly content: unknown;
}

/** Keys of which one has to have signed each of the files. */
export interface FolderPins extends Pick<TrustPins, 'keys' | 'maxAgeDays'> {
  readonly now: () => Date;
  /** The file of the house itself, in its own folder: it need not be signed. */
  readonly own?: string;
  /** Where the newest files are remembered; without it, for as long as the folder is open. */
  readonly seen?: SeenFile | undefined;
}

/** The trust files `*.json` and `*.pem` of a folder, with further files named one by one: JSON, or PEM. */
export interface TrustFolder {
  /**
   * What they say now. Unchanged files cost a look at their dates; the folder need not exist.
   * Throws a TrustBundleError that names the file which is malformed, not signed as the pins want it, contradicts those before
   * it, or cannot be read.
   */
  current(): BundleTrust;
}

export function openTrustFolder(folder: string, files: readonly string[] = [], pins?: FolderPins): TrustFolder {
  let bundles: readonly Bundle[] = [];
  let trust: BundleTrust | undefined;
  let seen: SeenBundles = {};
  const pinned = (next: readonly Bundle[], { own, seen: file, now, ...rest }: FolderPins): PinnedTrust => {
    const foreign = next.filter((bundle) => bundle.file !== own);
    const at = now();
    const found = foreign.flatMap((bundle) => naming(bundle.file, () => pinnedBundles([bundle.content].flat(), { ...rest, at })));
    const before = { ...seen, ...file?.read() };
    const result = pinnedTrust(found, before);
    if (Object.entries(result.seen).some(([issuer, issued]) => before[issuer] !== issued)) file?.write(result.seen);
    seen = result.seen;
    return result;
  };
  return {
    current() {
      const found = [...filesOf(folder), ...files].flatMap((file) => {
        const stamp = stampOf(file, files.includes(file));
        return stamp === undefined ? [] : [{ file, stamp }];
      });
      const isSame = found.length === bundles.length && found.every((entry, index) => isUnchanged(entry, bundles[index]));
      const ends = trust?.pinned?.ends;
      if (trust && isSame && !(pins && ends && ends <= pins.now())) return trust;
      // Nothing half new is kept: what cannot be relied on is reported again the next time.
      const next = found.map((entry) => bundles.find((known) => isUnchanged(entry, known)) ?? { ...entry, content: read(entry.file) });
      const checked = pins && pinned(next, pins);
      trust = { ...merged(next), ...(checked && { pinned: checked }) };
      bundles = next;
      return trust;
    },
  };
}

function filesOf(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => /\.(json|pem)$/.test(name) && !name.startsWith('.'));
    return names.sort().map((name) => join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw unreadable(folder, error);
  }
}

/** Undefined when the file has gone since the folder was listed; one that was named must be there. */
function stampOf(file: string, isNamed: boolean): string | undefined {
  try {
    const { size, mtimeNs, ino } = statSync(file, { bigint: true });
    return `${size} ${mtimeNs} ${ino}`;
  } catch (error) {
    if (!isNamed && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(file, error);
  }
}

const isUnchanged = (entry: Pick<Bundle, 'file' | 'stamp'>, known: Bundle | undefined): boolean =>
  known?.file === entry.file && known.stamp === entry.stamp;

function read(file: string): unknown {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  const text = bytes.toString('latin1', 0, 64);
  return naming(file, () => (isKeyText(text) ? bytes.toString('utf8') : parseStrictJson(bytes)));
}

function merged(bundles: readonly Bundle[]): BundleTrust {
  const load = (count: number) => loadTrustBundles(bundles.slice(0, count).map(({ content }) => content));
  try {
    return load(bundles.length);
  } catch {
    // Which one? The first that does not go together with those before it.
    for (const [index, { file }] of bundles.entries()) naming(file, () => load(index + 1));
    throw new Error('trust bundles failed together and not one by one');
  }
}

function naming<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = isTrustBundleError(error) ? { code: error.code } : {};
    throw new TrustBundleError(`${file}: ${(error as Error).message}`, { cause: error, ...code });
  }
}

const unreadable = (path: string, error: unknown): TrustBundleError =>
  new TrustBundleError(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`, { cause: error });
