/**
 * Names of members come from the sender, and may be anything. Only short, printable ones are shown: no control or
 * bidirectional characters, nothing of a size that could carry a document.
 */
const SHOWABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{0,64}$/u;

export function isShowable(name: string): boolean {
  return SHOWABLE.test(name);
}

/** The RFC 6901 pointer to a place, or to its nearest ancestor whose name can be shown. */
export function pointerTo(path: readonly (string | number)[]): string {
  const end = path.findIndex((segment) => !isShowable(String(segment)));
  return (end < 0 ? path : path.slice(0, end)).map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The value at a place; undefined where there is none. Reads own members alone. */
export function valueAt(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** The segments of an RFC 6901 pointer. */
export function segmentsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
