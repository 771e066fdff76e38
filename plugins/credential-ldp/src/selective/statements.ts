import { isObject, toBase64url } from '@divoc/core/api';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
// @ts-expect-error the package has no types
import jsonld from 'jsonld';
import { pinnedLoader } from '../document-loader.js';
import { canonicalBounds } from '../general/canonical-form.js';
import { PINNED_CONTEXTS } from '../general/pinned-contexts.js';
import { renamed, sorted } from './blank-nodes.js';
import { select } from './select.js';

type Document = Readonly<Record<string, unknown>>;

/** All that a document says, as statements whose blank nodes bear names that only the holder of a key can tell. */
export interface Statements {
  /** N-Quads without line ends, in their order. */
  readonly lines: readonly string[];
  /** Those that the selected part of the document makes. */
  of(pointers: readonly string[]): Promise<ReadonlySet<string>>;
  /** For the selected part: the labels that canonicalisation gives its blank nodes, and their names here. */
  labelsOf(pointers: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** A prefix of IRIs that stand for blank nodes for a while (https://www.w3.org/TR/vc-di-ecdsa/#skolemizenquads). */
const SKOLEM = 'urn:bnid:';

/**
 * Steps 1 to 5 of https://www.w3.org/TR/vc-di-ecdsa/#canonicalizeandgroup. `types`: certificate types of the house, by URL.
 *
 * Throws an Error for what has no canonical form.
 */
export async function statementsOf(document: Document, hmacKey: Uint8Array, types: ReadonlyMap<string, object>): Promise<Statements> {
  if (JSON.stringify(document).includes(SKOLEM)) throw new Error('the document uses IRIs that are kept for blank nodes');
  const documentLoader = pinnedLoader(new Map([...PINNED_CONTEXTS, ...types]));
  const options = { documentLoader, base: null, safe: true, rdfDirection: 'i18n-datatype' } as const;
  let count = 0;
  const expanded = named(await jsonld.expand(document, options), () => `${SKOLEM}b${count++}`);
  const linesOf = async (source: unknown): Promise<readonly string[]> => {
    const quads: string = await jsonld.toRDF(source, { ...options, format: 'application/n-quads' });
    return [...new Set(quads.split('\n').slice(0, -1))].map(unskolemised);
  };
  const all = await linesOf(expanded);
  const canonicalOfAll = await canonicalLabels(all);
  const names = new Map([...canonicalOfAll].map(([label, canonical]) => [label, nameOf(canonical, hmacKey)]));
  const withNames = (lines: readonly string[]) => lines.map((line) => renamed(line, (label) => names.get(label)));
  let compacted: Promise<Document> | undefined;
  // Selections are made by members, so that the compact form is needed; of the whole there is nothing to select.
  const chosen = async (pointers: readonly string[]) => {
    if (pointers.includes('')) return all;
    compacted ??= jsonld.compact(expanded, document['@context'], options) as Promise<Document>;
    return linesOf(select(await compacted, pointers));
  };
  return {
    lines: sorted(withNames(all)),
    of: async (pointers) => new Set(withNames(await chosen(pointers))),
    labelsOf: async (pointers) => {
      const labels = pointers.includes('') ? canonicalOfAll : await canonicalLabels(await chosen(pointers));
      return new Map([...labels].map(([label, canonical]) => [canonical, names.get(label) as string]));
    },
  };
}

const nameOf = (label: string, key: Uint8Array): string => `u${toBase64url(hmac(sha256, key, new TextEncoder().encode(label)))}`;

/** The canonical label of each blank node. */
async function canonicalLabels(lines: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const canonicalIdMap = new Map<string, string>();
  const canonizeOptions = { ...canonicalBounds('SHA-256'), canonicalIdMap };
  await jsonld.canonize(lines.map((line) => `${line}\n`).join(''), { inputFormat: 'application/n-quads', canonizeOptions });
  return new Map([...canonicalIdMap].map(([label, canonical]) => [label.replace(/^_:/, ''), canonical.replace(/^_:/, '')]));
}

/** Every node of an expanded document with a name. */
function named(value: unknown, next: () => string): unknown {
  if (Array.isArray(value)) return value.map((entry) => named(entry, next));
  if (!isObject(value) || Object.hasOwn(value, '@value')) return value;
  const members = Object.entries(value).map(([name, member]) => {
    if (name !== '@reverse' || !isObject(member)) return [name, named(member, next)] as const;
    return [name, Object.fromEntries(Object.entries(member).map(([term, nodes]) => [term, named(nodes, next)]))] as const;
  });
  const copy = Object.fromEntries(members);
  if (Object.hasOwn(value, '@list')) return copy;
  const id = value['@id'];
  if (id === undefined) return { ...copy, '@id': next() };
  return typeof id === 'string' && id.startsWith('_:') ? { ...copy, '@id': `${SKOLEM}x${id.slice(2)}` } : copy;
}

/** The document was looked at beforehand: nothing else in it begins so. */
const unskolemised = (line: string): string => line.replaceAll(/<urn:bnid:([^>]+)>/g, '_:$1');
