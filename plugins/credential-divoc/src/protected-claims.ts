import type { Quad } from 'rdf-canonize';
import { quadsOf } from './statements.js';
import { memberScope, namesOf, rootScope, type Scope, typedScope } from './terms.js';

const RDF_TYPE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';
const CREDENTIAL = 'https://www.w3.org/2018/credentials#VerifiableCredential';
const XSD = 'http://www.w3.org/2001/XMLSchema#';

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
export function protectedClaims(statements: string): Claims | undefined {
  const nodes = nodesOf(quadsOf(statements));
  const credentials = [...nodes].filter(([, quads]) =>
    quads.some(({ predicate, object }) => predicate.value === RDF_TYPE && object.value === CREDENTIAL),
  );
  const root = credentials[0]?.[0];
  return root === undefined || credentials.length > 1 ? undefined : nodeClaims(root, rootScope(), { nodes, seen: new Set() });
}

/** Statements by their subject: an IRI, or `_:` and a label. Only those of the default graph. */
type Nodes = ReadonlyMap<string, readonly Quad[]>;

interface Walk {
  readonly nodes: Nodes;
  /** Each node is told once, so that none is inside itself. */
  readonly seen: Set<string>;
}

function nodesOf(quads: readonly Quad[]): Nodes {
  const nodes = new Map<string, Quad[]>();
  for (const quad of quads) {
    if (quad.graph.termType !== 'DefaultGraph') continue;
    const subject = keyOf(quad.subject);
    nodes.set(subject, [...(nodes.get(subject) ?? []), quad]);
  }
  return nodes;
}

const keyOf = ({ termType, value }: Quad['subject']): string => (termType === 'BlankNode' ? `_:${value.replace(/^_:/, '')}` : value);

function nodeClaims(node: string, scope: Scope, walk: Walk): Claims {
  walk.seen.add(node);
  const quads = walk.nodes.get(node) ?? [];
  const types = quads.filter(({ predicate }) => predicate.value === RDF_TYPE).map(({ object }) => object.value);
  const typed = typedScope(scope, types);
  const members = new Map<string, unknown[]>();
  for (const { predicate, object } of quads) {
    const [name, ...others] = namesOf(typed, predicate.value);
    if (predicate.value === RDF_TYPE || name === undefined || others.length > 0) continue;
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

function valueClaim(object: Quad['object'], scope: Scope, walk: Walk): unknown {
  if (object.termType === 'Literal') return literal(object.value, object.datatype?.value ?? '');
  const node = keyOf(object);
  const isToldHere = object.termType === 'BlankNode' || walk.nodes.has(node);
  return isToldHere && !walk.seen.has(node) ? nodeClaims(node, scope, walk) : node;
}

function literal(value: string, datatype: string): unknown {
  if (datatype === `${XSD}integer` || datatype === `${XSD}double`) return Number(value);
  return datatype === `${XSD}boolean` ? value === 'true' : value;
}

const single = (values: readonly unknown[]): unknown => (values.length === 1 ? values[0] : values);
