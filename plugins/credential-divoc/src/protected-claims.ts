import { type Statement, statementsIn } from './n-quads.js';
import { memberScope, namesOf, rootScope, type Scope, typedScope } from './terms.js';

const RDF_TYPE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';
const CREDENTIAL = 'https://www.w3.org/2018/credentials#VerifiableCredential';
const XSD = 'http://www.w3.org/2001/XMLSchema#';

const ROOT_SCOPE = rootScope();

export type Claims = Readonly<Record<string, unknown>>;

/** DIVOC writes a list of one here; statements know no lists. */
const ALWAYS_LISTS: ReadonlySet<string> = new Set(['evidence']);

/**
 * What the signed statements say, under the names that the document has for it; undefined when they are not about one credential.
 *
 * A pure function of the statements and of nothing else of the document: whatever was swapped, renamed or added without
 * touching them comes to the same claims. A statement whose IRI several terms share is left out, since nobody can tell
 * which of them was meant.
 */
export function protectedClaims(nQuads: string): Claims | undefined {
  const statements = statementsIn(nQuads);
  const isCredential = ({ predicate, object }: Statement) => predicate === RDF_TYPE && 'node' in object && object.node === CREDENTIAL;
  const [root, ...others] = statements.filter(isCredential);
  if (!root || others.length > 0) return undefined;
  const nodes = new Map<string, Statement[]>();
  for (const statement of statements) nodes.set(statement.subject, [...(nodes.get(statement.subject) ?? []), statement]);
  return nodeClaims(root.subject, ROOT_SCOPE, { nodes, seen: new Set() });
}

interface Walk {
  /** Statements by their subject. */
  readonly nodes: ReadonlyMap<string, readonly Statement[]>;
  /** Each node is told once, so that none is inside itself. */
  readonly seen: Set<string>;
}

function nodeClaims(node: string, scope: Scope, walk: Walk): Claims {
  walk.seen.add(node);
  const statements = walk.nodes.get(node) ?? [];
  const types = statements.flatMap(({ predicate, object }) => (predicate === RDF_TYPE && 'node' in object ? [object.node] : []));
  const typed = typedScope(scope, types);
  const members = new Map<string, unknown[]>();
  for (const { predicate, object } of statements) {
    const [name, ...others] = namesOf(typed, predicate);
    if (predicate === RDF_TYPE || name === undefined || others.length > 0) continue;
    members.set(name, [...(members.get(name) ?? []), valueClaim(object, memberScope(scope, typed, name), walk)]);
  }
  return {
    ...(!node.startsWith('_:') && { id: node }),
    ...(types.length > 0 && { type: single(typeNames(scope, types)) }),
    ...Object.fromEntries([...members].map(([name, values]) => [name, ALWAYS_LISTS.has(name) ? values : single(values)])),
  };
}

/** `VerifiableCredential` first, as everybody writes it. */
const typeNames = (scope: Scope, types: readonly string[]): string[] =>
  [...types]
    .sort((a, b) => Number(b === CREDENTIAL) - Number(a === CREDENTIAL) || (a < b ? -1 : 1))
    .map((type) => namesOf(scope, type)[0] ?? type);

function valueClaim(object: Statement['object'], scope: Scope, walk: Walk): unknown {
  if (!('node' in object)) return literal(object.text, object.datatype);
  const { node } = object;
  return (node.startsWith('_:') || walk.nodes.has(node)) && !walk.seen.has(node) ? nodeClaims(node, scope, walk) : node;
}

function literal(text: string, datatype: string): unknown {
  if (datatype === `${XSD}integer` || datatype === `${XSD}double`) return Number(text);
  return datatype === `${XSD}boolean` ? text === 'true' : text;
}

const single = (values: readonly unknown[]): unknown => (values.length === 1 ? values[0] : values);
