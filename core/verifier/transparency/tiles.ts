import type { ReadableLog } from './log-audit.js';

/** Entries of a full bundle (https://c2sp.org/tlog-tiles). */
const WIDTH = 256;

/** `x001/x234/067`. */
export function tilePath(index: number): string {
  const digits = String(index).padStart(Math.ceil(String(index).length / 3) * 3, '0');
  const groups = digits.match(/\d{3}/g) ?? [];
  return groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
}

/** A log as it is published below a URL. `get` gives the bytes of a path, and throws for what is not there. */
export function publishedLog(get: (path: string) => Promise<Uint8Array>): ReadableLog {
  return {
    checkpoint: async () => new TextDecoder().decode(await get('checkpoint')),
    /** `from` is the start of a bundle, and `count` at most what it holds. */
    async entries(from, count) {
      const partial = count < WIDTH ? `.p/${count}` : '';
      return entriesOf(await get(`tile/entries/${tilePath(from / WIDTH)}${partial}`));
    },
  };
}

/** Entries with their lengths in front, as big-endian 16-bit numbers; what is cut is left out. */
function entriesOf(bundle: Uint8Array): Uint8Array[] {
  const [entries, view]: [Uint8Array[], DataView] = [[], new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength)];
  for (let at = 0; at + 2 <= bundle.length; ) {
    const length = view.getUint16(at);
    if (at + 2 + length > bundle.length) break;
    entries.push(bundle.slice(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return entries;
}
