/** Compares texts by their code points, as RDF and Unicode order them; UTF-16 units are in another order. */
export function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((letter, index) => letter !== right[index]);
  if (at < 0) return left.length - right.length;
  return right[at] === undefined ? 1 : (left[at]?.codePointAt(0) as number) - (right[at].codePointAt(0) as number);
}
