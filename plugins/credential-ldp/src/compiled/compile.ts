import type { Entry, NodePlan } from './plan.js';
import { type Path, SCHEMES, sampleOf, textSample } from './sample.js';
import type { NodeShape, Shape } from './shape.js';

/** What the library makes of a document: the lines of N-Quads, in any order, blank nodes labelled anyhow. */
export type ToQuads = (document: object) => Promise<readonly string[]>;

interface Quad {
  readonly line: string;
  readonly subject: string;
  readonly predicate: string;
  readonly object: string;
}

const RDF_TYPE = '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>';
const IRI_OR_BLANK = /^(<[^>]*>|_:\S+)$/;
const LITERAL = /^("(?:[^"\\]|\\.)*")(\^\^<[^>]*>)?$/;

class NotCompiled extends Error {}

/**
 * The plan of a shape, read from what the library makes of samples: which quad goes when a member goes. Nothing is taken
 * from the contexts by ourselves.
 *
 * Undefined when any quad is not one member's alone: languages, lists, graphs, texts that change (`@json`), nodes without
 * members of their own, two members under one IRI. Errors of the library are passed on.
 */
export async function compile(shape: NodeShape, toQuads: ToQuads): Promise<NodePlan | undefined> {
  try {
    return await new Compiler(shape, toQuads).plan();
  } catch (error) {
    if (error instanceof NotCompiled) return undefined;
    throw error;
  }
}

class Compiler {
  readonly #shape: NodeShape;
  readonly #toQuads: ToQuads;
  readonly #quads = new Map<string, Quad>();
  /** Lines that no member has claimed. */
  readonly #free = new Set<string>();

  constructor(shape: NodeShape, toQuads: ToQuads) {
    this.#shape = shape;
    this.#toQuads = toQuads;
  }

  async plan(): Promise<NodePlan> {
    for (const line of await this.#toQuads(sampleOf(this.#shape))) {
      this.#quads.set(line, parsed(line));
      this.#free.add(line);
    }
    await this.#checkSchemes();
    const { plan } = await this.#node(this.#shape, []);
    if (this.#free.size > 0) throw new NotCompiled();
    return plan;
  }

  /** An IRI of any scheme known here stands as it is; only so may others like it be written without the library. */
  async #checkSchemes(): Promise<void> {
    const [known, ...others] = SCHEMES;
    for (const scheme of others) {
      const lines = await this.#toQuads(sampleOf(this.#shape, { scheme }));
      const expected = new Set([...this.#quads.keys()].map((line) => line.replaceAll(textSample([], known), textSample([], scheme))));
      if (lines.length !== expected.size || lines.some((line) => !expected.has(line))) throw new NotCompiled();
    }
  }

  async #node(shape: NodeShape, path: Path): Promise<{ plan: NodePlan; subject: string }> {
    const entries: Entry[] = [];
    const constants: NodePlan['constants'][number][] = [];
    const subjects = new Set<string>();
    const children: { name: string; plan: NodePlan; subject: string; isMany: boolean }[] = [];
    let id: string | undefined;
    for (const [name, member] of shape.members) {
      const at = [...path, name];
      if (member.kind === 'constant') constants.push({ name, json: JSON.stringify(member.value) });
      else if (member.kind === 'node') children.push({ name, isMany: member.isMany, ...(await this.#node(member, at)) });
      else {
        const found = await this.#leaf(member, at);
        subjects.add(found.subject);
        if (found.entry) entries.push(found.entry);
        else id = name;
      }
    }
    const [subject, another] = subjects;
    if (subject === undefined || another !== undefined) throw new NotCompiled();
    for (const { name, plan, isMany, subject: object } of children) {
      const { predicate } = this.#claim((quad) => quad.subject === subject && quad.object === object);
      entries.push({ kind: 'node', name, head: `${predicate} `, plan, isMany });
    }
    const lines = [...this.#quads.values()].filter((quad) => quad.subject === subject && this.#free.has(quad.line));
    for (const quad of lines) {
      this.#free.delete(quad.line);
      entries.push({ kind: 'line', head: `${quad.predicate} ${quad.object} .\n` });
    }
    return { plan: { ...(id !== undefined && { id }), constants, entries: inOrder(entries) }, subject };
  }

  /** The one quad that goes with this member; no entry for the member that names the node. */
  async #leaf(shape: Shape, path: Path): Promise<{ entry?: Entry; subject: string }> {
    const name = path.at(-1) as string;
    const iri = `<${textSample(path)}>`;
    if (shape.kind === 'text' && [...this.#quads.values()].some(({ subject }) => subject === iri)) return { subject: iri };
    const rest = new Set(await this.#toQuads(sampleOf(this.#shape, { without: path })));
    if ([...rest].some((line) => !this.#quads.has(line))) throw new NotCompiled();
    const { subject, predicate, object } = this.#claim(({ line }) => !rest.has(line));
    if (object === iri && predicate !== RDF_TYPE) return { subject, entry: { kind: 'iri', name, head: `${predicate} <`, tail: '> .\n' } };
    const [, text, datatype = ''] = LITERAL.exec(object) ?? [];
    const value = shape.kind === 'text' ? textSample(path) : shape.kind === 'integer' ? '1' : 'true';
    if (text !== `"${value}"` || shape.kind === 'constant' || shape.kind === 'node') throw new NotCompiled();
    return { subject, entry: { kind: shape.kind, name, head: `${predicate} "`, tail: `"${datatype} .\n` } };
  }

  /** The quad for which this holds, which must be one and nobody's so far. */
  #claim(holds: (quad: Quad) => boolean): Quad {
    const [quad, another] = [...this.#quads.values()].filter(holds);
    if (!quad || another || !this.#free.delete(quad.line)) throw new NotCompiled();
    return quad;
  }
}

function parsed(line: string): Quad {
  const [, subject, predicate, object] = /^(<[^>]*>|_:\S+) (<[^>]*>) (.+) \.$/.exec(line) ?? [];
  // Whatever stands in another graph than the default one ends otherwise.
  if (subject === undefined || predicate === undefined || object === undefined) throw new NotCompiled();
  if (!IRI_OR_BLANK.test(object) && !LITERAL.test(object)) throw new NotCompiled();
  return { line, subject, predicate, object };
}

/** Lines of one subject sort by predicate; only fixed lines may share one, since the order of values is not known here. */
function inOrder(entries: readonly Entry[]): readonly Entry[] {
  const predicateOf = ({ head }: Entry): string => head.slice(0, head.indexOf('>') + 1);
  const moving = entries.filter(({ kind }) => kind !== 'line').map(predicateOf);
  const fixed = new Set(entries.filter(({ kind }) => kind === 'line').map(predicateOf));
  if (new Set(moving).size !== moving.length || moving.some((predicate) => fixed.has(predicate))) throw new NotCompiled();
  return [...entries].sort((a, b) => (a.head < b.head ? -1 : 1));
}
