import { isObject } from '@divoc/core/api';

type Document = Readonly<Record<string, unknown>>;

/** A place in a document that does not have it. */
export class PointerUnknown extends Error {
  readonly pointer: string;
  constructor(pointer: string) {
    super('a JSON Pointer that leads nowhere');
    this.pointer = pointer;
  }
}

/** What is selected of a value: all of it, or some of its members. */
interface Selection {
  isWhole: boolean;
  readonly members: Map<string, Selection>;
}

/**
 * The part of a document that JSON Pointers (RFC 6901) name, with the ids, types and contexts of all objects on the way
 * (https://www.w3.org/TR/vc-di-ecdsa/#selectjsonld). Throws a PointerUnknown for one that leads nowhere.
 */
export function select(document: Document, pointers: readonly string[]): Document {
  const root: Selection = { isWhole: false, members: new Map() };
  for (const pointer of pointers) mark(root, document, pointer);
  return project(document, root) as Document;
}

function mark(root: Selection, document: Document, pointer: string): void {
  let [selection, value]: [Selection, unknown] = [root, document];
  for (const segment of segmentsOf(pointer)) {
    const isMember = isObject(value) ? Object.hasOwn(value, segment) : Array.isArray(value) && isIndexOf(segment, value);
    if (!isMember) throw new PointerUnknown(pointer);
    const next = selection.members.get(segment) ?? { isWhole: false, members: new Map() };
    selection.members.set(segment, next);
    [selection, value] = [next, (value as Record<string, unknown>)[segment]];
  }
  selection.isWhole = true;
}

function segmentsOf(pointer: string): readonly string[] {
  if (pointer === '') return [];
  if (pointer[0] !== '/' || /~(?![01])/.test(pointer)) throw new PointerUnknown(pointer);
  return pointer
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

const isIndexOf = (segment: string, list: readonly unknown[]): boolean =>
  /^(0|[1-9]\d{0,8})$/.test(segment) && Number(segment) < list.length;

function project(value: unknown, { isWhole, members }: Selection): unknown {
  if (isWhole || (!isObject(value) && !Array.isArray(value))) return structuredClone(value);
  if (Array.isArray(value))
    return value.flatMap((entry, index) => {
      const selection = members.get(String(index));
      return selection ? [project(entry, selection)] : [];
    });
  const kept = Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
    const selection = members.get(name);
    if (selection) return [[name, project(member, selection)]];
    const isNode = name === '@context' || name === 'type' || (name === 'id' && !String(member).startsWith('_:'));
    return isNode ? [[name, structuredClone(member)]] : [];
  });
  return Object.fromEntries(kept);
}
