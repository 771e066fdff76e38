import type { Entry, NodePlan } from './plan.js';

/** SHA-256 of a text's UTF-8, in lower-case hex. */
export type HashText = (text: string) => string;

/** One object of the document, its lines written but for the names of blank nodes. */
interface Node {
  /** `<…>`, or undefined of a blank node until it has its name. */
  subject: string | undefined;
  readonly lines: (string | Link)[];
  readonly from: { readonly node: Node; readonly head: string } | undefined;
  hash: string;
}

interface Link {
  readonly head: string;
  readonly nodes: readonly Node[];
}

type Json = Readonly<Record<string, unknown>>;

/** What surely is an IRI in N-Quads as it stands, of a scheme that was tried when the plan was made. */
const PLAIN_IRI = /^(?:urn:|did:|https:\/\/|http:\/\/)[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+$/;

/**
 * The canonical N-Quads (RDFC-1.0, https://www.w3.org/TR/rdf-canon/) of a document whose plan this is.
 *
 * Undefined for what the plan does not cover, and for blank nodes that look alike (section 4.8 tells those apart): both are the
 * library's.
 */
export function canonicalForm(plan: NodePlan, document: Json, hashText: HashText): string | undefined {
  const nodes: Node[] = [];
  if (!write(plan, document, undefined, nodes)) return undefined;
  if (!nameBlankNodes(nodes, hashText)) return undefined;
  // No two have one name: objects of one name are one node, and the plan knows nothing of that.
  if (new Set(nodes.map(({ subject }) => subject)).size !== nodes.length) return undefined;
  nodes.sort((a, b) => (`${a.subject} ` < `${b.subject} ` ? -1 : 1));
  let form = '';
  for (const { subject, lines } of nodes) {
    for (const line of lines) {
      if (typeof line === 'string') form += `${subject} ${line}`;
      else for (const end of ends(line, (node) => node.subject as string).sort()) form += `${subject} ${end}`;
    }
  }
  return form;
}

/** Writes the lines of an object and of all below it; false when the plan does not cover it. */
function write(plan: NodePlan, object: Json, from: Node['from'], nodes: Node[]): boolean {
  const { id, constants, entries } = plan;
  const node: Node = { subject: undefined, lines: [], from, hash: '' };
  nodes.push(node);
  let members = constants.length;
  for (const { name, json } of constants) if (JSON.stringify(object[name]) !== json) return false;
  if (id !== undefined && object[id] !== undefined) {
    if (!isPlainIri(object[id])) return false;
    node.subject = `<${object[id]}>`;
    members += 1;
  }
  for (const entry of entries) {
    if (entry.kind === 'line') node.lines.push(entry.head);
    else if (object[entry.name] !== undefined) {
      if (!writeMember(entry, object[entry.name], node, nodes)) return false;
      members += 1;
    }
  }
  // Whatever else it has, the plan does not know; and an object without lines is no node of its own.
  return members === Object.keys(object).length && node.lines.length > 0;
}

function writeMember(entry: Exclude<Entry, { kind: 'line' }>, value: unknown, node: Node, nodes: Node[]): boolean {
  const { kind, head } = entry;
  if (kind !== 'node') {
    const text = textOf(kind, value);
    if (text === undefined) return false;
    node.lines.push(`${head}${text}${entry.tail}`);
    return true;
  }
  if (Array.isArray(value) && (!entry.isMany || value.length === 0)) return false;
  const first = nodes.length;
  const link: Node[] = [];
  for (const each of Array.isArray(value) ? value : [value]) {
    const at = nodes.length;
    if (!isObject(each) || !write(entry.plan, each, { node, head }, nodes)) return false;
    link.push(nodes[at] as Node);
  }
  node.lines.push({ head, nodes: link });
  return nodes.length > first;
}

function textOf(kind: 'text' | 'integer' | 'boolean' | 'iri', value: unknown): string | undefined {
  switch (kind) {
    case 'text':
      return typeof value === 'string' ? escaped(value) : undefined;
    case 'iri':
      return isPlainIri(value) ? value : undefined;
    case 'integer':
      return Number.isSafeInteger(value) ? String(value) : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? String(value) : undefined;
  }
}

/** Section 4.4: in the order of their first-degree hashes. False when two have the same. */
function nameBlankNodes(nodes: readonly Node[], hashText: HashText): boolean {
  const blank = nodes.filter(({ subject }) => subject === undefined);
  if (blank.length > 1) {
    for (const node of blank) node.hash = hashText(firstDegree(node));
    blank.sort((a, b) => (a.hash < b.hash ? -1 : 1));
    if (blank.some(({ hash }, index) => hash === blank[index + 1]?.hash)) return false;
  }
  for (const [index, node] of blank.entries()) node.subject = `_:c14n${index}`;
  return true;
}

/** Section 4.6: all quads of a blank node, itself as `_:a` and others as `_:z`; sorted, since `<` < `_:a` < `_:z`. */
function firstDegree({ lines, from }: Node): string {
  let text = from?.node.subject === undefined ? '' : `${from.node.subject} ${from.head}_:a .\n`;
  for (const line of lines) {
    if (typeof line === 'string') text += `_:a ${line}`;
    else for (const end of ends(line, ({ subject }) => subject ?? '_:z').sort()) text += `_:a ${end}`;
  }
  return from && from.node.subject === undefined ? `${text}_:z ${from.head}_:a .\n` : text;
}

const ends = ({ head, nodes }: Link, nameOf: (node: Node) => string): string[] => nodes.map((node) => `${head}${nameOf(node)} .\n`);

const isPlainIri = (value: unknown): value is string => typeof value === 'string' && PLAIN_IRI.test(value);
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Canonical N-Quads, section 5 of RDFC-1.0: `ECHAR` where there is one, else `UCHAR`. */
const ECHAR: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are the very ones that are escaped
const SPECIAL = /[\u0000-\u001f\u007f"\\]/;
const ALL_SPECIAL = new RegExp(SPECIAL, 'g');

function escaped(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replace(ALL_SPECIAL, (character) => {
    return ECHAR[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  });
}
