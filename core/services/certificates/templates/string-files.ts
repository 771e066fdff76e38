/** Where the n-th character (from 0) of a member's text stands in a JSON file of nothing but texts; 1-based. */
export function placeInText(source: string, key: string, index: number): { readonly line: number; readonly column: number } {
  for (const { 1: name = '', 2: text = '', indices } of source.matchAll(MEMBER)) {
    if (JSON.parse(name) !== key) continue;
    const start = (indices?.[2]?.[0] ?? 0) + 1;
    return lineAndColumn(source, start + rawLength(text.slice(1, -1), index));
  }
  return { line: 1, column: 1 };
}

/** 1-based, in UTF-16 units. */
export function lineAndColumn(source: string, at: number): { readonly line: number; readonly column: number } {
  const before = source.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

const STRING = String.raw`"(?:[^"\\]|\\.)*"`;
const MEMBER = new RegExp(`(${STRING})\\s*:\\s*(${STRING})`, 'dg');
/** What makes one character of the text: an escape, or itself. */
const UNIT = /\\u[0-9a-fA-F]{4}|\\.|[\s\S]/g;

/** How much of the written text its first characters take. */
function rawLength(written: string, characters: number): number {
  const units = written.match(UNIT) ?? [];
  return units.slice(0, characters).join('').length;
}
