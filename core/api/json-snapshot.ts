const MAX_DEPTH = 16;
const MAX_NODES = 4_096;
const MAX_TEXT = 262_144;

/**
 * A private copy of a JSON value, or undefined when it is not plain, bounded JSON.
 *
 * What a credential format checks must be what it verifies, so getters, prototypes and shared objects do not get
 * further than here. Unpaired surrogates would all become U+FFFD in UTF-8, and -0 would become 0: two credentials with
 * one signature. `__proto__` names no member of ours. Bounds: 16 levels, 4,096 values, 262,144 UTF-16 units of text.
 */
export function jsonSnapshot(value: unknown): unknown {
  let nodes = 0;
  let text = 0;
  const copy = (node: unknown, depth: number): unknown => {
    nodes += 1;
    if (nodes > MAX_NODES || depth > MAX_DEPTH) throw new NotPlainJson();
    if (node === null || typeof node === 'boolean') return node;
    if (typeof node === 'string') return copyText(node);
    if (typeof node === 'number' && Number.isFinite(node) && !Object.is(node, -0)) return node;
    if (Array.isArray(node)) {
      if (node.length > MAX_NODES) throw new NotPlainJson();
      return Array.from(node, (element) => copy(element, depth + 1));
    }
    if (typeof node !== 'object' || !isPlain(node)) throw new NotPlainJson();
    const result: Record<string, unknown> = {};
    for (const name of Object.keys(node)) {
      if (name === '__proto__') throw new NotPlainJson();
      result[copyText(name)] = copy((node as Record<string, unknown>)[name], depth + 1);
    }
    return result;
  };
  const copyText = (string: string): string => {
    text += string.length;
    if (text > MAX_TEXT || /\p{Surrogate}/u.test(string)) throw new NotPlainJson();
    return string;
  };
  try {
    return copy(value, 0);
  } catch {
    // Also what a getter or a proxy threw: whatever it was, this is not JSON.
    return undefined;
  }
}

class NotPlainJson extends Error {}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
