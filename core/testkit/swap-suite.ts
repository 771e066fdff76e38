import { altered, type Json, leaves, type Path, read, removed, renamed, replaced } from './json-path.js';

export interface Mutation {
  readonly name: string;
  readonly document: unknown;
}

export interface SwapOptions {
  /** The full IRI of a member, or undefined when it has none: a JSON-LD processor takes either for the other. */
  readonly iri?: (path: Path) => string | undefined;
}

/**
 * Every way to write a signed credential differently: swapped leaves, other types, arrays for scalars, repeated elements,
 * IRI keys, value objects, further contexts, unknown, null and removed members. A verifier may call none of them VERIFIED.
 */
export function* mutations(credential: unknown, options: SwapOptions = {}): Generator<Mutation> {
  const document = structuredClone(credential) as Json;
  for (const mutation of all(document, options)) {
    if (JSON.stringify(mutation.document) !== JSON.stringify(document)) yield mutation;
  }
}

/**
 * Requires that `verify` says VERIFIED of the credential itself and of none of its mutations; resolves to their number.
 *
 * Throws an Error that names every mutation let through; a verifier that says yes to everything cannot pass.
 */
export async function assertNotMalleable(
  credential: unknown,
  verify: (document: unknown) => Promise<{ readonly status: string }>,
  options: SwapOptions = {},
): Promise<number> {
  const { status } = await verify(credential);
  if (status !== 'VERIFIED') throw new Error(`the credential itself is ${status}, so that its mutations prove nothing`);
  const letThrough: string[] = [];
  let tried = 0;
  for (const { name, document } of mutations(credential, options)) {
    tried += 1;
    if ((await verify(document)).status === 'VERIFIED') letThrough.push(name);
  }
  if (letThrough.length > 0) throw new Error(`VERIFIED although altered (${letThrough.length} of ${tried}):\n${letThrough.join('\n')}`);
  return tried;
}

function* all(document: Json, options: SwapOptions): Generator<Mutation> {
  yield* swaps(document);
  for (const path of leaves(document, 'leaf')) yield* leafMutations(document, path);
  for (const path of leaves(document, 'array')) yield* arrayMutations(document, path);
  for (const path of leaves(document, 'object')) yield* objectMutations(document, path);
  for (const path of leaves(document, 'any')) yield* memberMutations(document, path, options);
  yield* contextMutations(document);
}

function* swaps(document: Json): Generator<Mutation> {
  const paths = leaves(document, 'leaf');
  for (const [index, a] of paths.entries()) {
    for (const b of paths.slice(index + 1)) {
      const [left, right] = [read(document, a), read(document, b)];
      if (left !== right)
        yield { name: `swap ${a.join('.')} and ${b.join('.')}`, document: replaced(replaced(document, a, right), b, left) };
    }
  }
}

function* leafMutations(document: Json, path: Path): Generator<Mutation> {
  const leaf = read(document, path);
  const name = path.join('.');
  const others: [string, Json][] = [
    ['other value', typeof leaf === 'number' ? leaf + 1 : `${leaf}x`],
    ['space at its end', `${leaf} `],
    ['null', null],
    ['true', true],
    ['one-element array', [leaf]],
    ['two equal elements', [leaf, leaf]],
    ['value object', { '@value': leaf }],
    ['node object', { '@id': leaf }],
    ['object with id', { id: leaf }],
    ['set', { '@set': [leaf] }],
    ['list', { '@list': [leaf] }],
  ];
  if (typeof leaf === 'number') others.push(['number as string', String(leaf)], ['number as fraction', leaf + 0.5]);
  if (typeof leaf === 'string') {
    others.push(['unpaired surrogate', `${leaf}\ud800`], ['upper case', leaf.toUpperCase()], ['NFD', leaf.normalize('NFD')]);
    if (leaf.trim() !== '' && Number.isFinite(Number(leaf))) others.push(['string as number', Number(leaf)]);
  }
  for (const [what, value] of others) yield { name: `${name}: ${what}`, document: replaced(document, path, value) };
}

function* arrayMutations(document: Json, path: Path): Generator<Mutation> {
  const array = read(document, path) as Json[];
  const name = path.join('.');
  yield { name: `${name}: reversed`, document: replaced(document, path, [...array].reverse()) };
  yield { name: `${name}: empty`, document: replaced(document, path, []) };
  for (const [index, element] of array.entries()) {
    yield { name: `${name}: element ${index} repeated`, document: replaced(document, path, [...array, element]) };
    yield { name: `${name}: element ${index} alone`, document: replaced(document, path, element) };
    yield {
      name: `${name}: element ${index} removed`,
      document: replaced(
        document,
        path,
        array.filter((_, other) => other !== index),
      ),
    };
    yield { name: `${name}: element ${index} nested`, document: replaced(document, [...path, String(index)], [element]) };
  }
}

function* objectMutations(document: Json, path: Path): Generator<Mutation> {
  const object = read(document, path) as { [member: string]: Json };
  const name = path.join('.') || '(whole)';
  if (path.length > 0) {
    yield { name: `${name}: in an array`, document: replaced(document, path, [object]) };
    yield { name: `${name}: twice`, document: replaced(document, path, [object, object]) };
    yield { name: `${name}: empty`, document: replaced(document, path, {}) };
  }
  const strangers: [string, Json][] = [
    ['unknownField', 'x'],
    ['unknownNull', null],
    ['unknownEmpty', []],
    ['@context', {}],
    ['@context', null],
    ['@id', '_:b9'],
    ['id', 'urn:x:y'],
    ['@type', 'urn:x:y'],
    ['@index', 'x'],
    ['@included', []],
    ['@reverse', {}],
    ['@nest', {}],
    ['urn:x:y', 'x'],
    ['validUntil', null],
    ['name', 'x'],
    ['description', 'x'],
    ['', 'x'],
    ['constructor', 'x'],
  ];
  for (const [member, value] of strangers) {
    if (!Object.hasOwn(object, member))
      yield { name: `${name}: with ${member} ${JSON.stringify(value)}`, document: altered(document, path, { ...object, [member]: value }) };
  }
  const own = JSON.parse(`{"__proto__": {"x": 1}}`) as { [member: string]: Json };
  yield {
    name: `${name}: with its own __proto__`,
    document: altered(document, path, Object.assign(Object.create(null), own, object, own)),
  };
}

function* memberMutations(document: Json, path: Path, { iri }: SwapOptions): Generator<Mutation> {
  if (path.length === 0 || Array.isArray(read(document, path.slice(0, -1)))) return;
  const name = path.join('.');
  const last = path.at(-1) as string;
  yield { name: `${name}: removed`, document: removed(document, path) };
  const aliases = [last === 'id' ? '@id' : last === 'type' ? '@type' : undefined, iri?.(path)].filter((alias) => alias !== undefined);
  for (const alias of aliases) {
    yield { name: `${name}: as ${alias}`, document: renamed(document, path, alias) };
    const parent = path.slice(0, -1);
    const object = read(document, parent) as { [member: string]: Json };
    yield { name: `${name}: also as ${alias}`, document: altered(document, parent, { ...object, [alias]: object[last] as Json }) };
  }
}

function* contextMutations(document: Json): Generator<Mutation> {
  const context = (document as { '@context'?: Json })['@context'];
  const contexts = Array.isArray(context) ? context : [context as Json];
  const additions: Json[] = [
    {},
    null,
    'https://www.w3.org/ns/credentials/v2',
    'https://example.org/context',
    { '@vocab': 'urn:x:' },
    { unknownField: 'urn:x:y' },
  ];
  for (const [index, addition] of additions.entries()) {
    for (let place = 0; place <= contexts.length; place += 1) {
      yield {
        name: `context ${index} added at ${place}`,
        document: replaced(document, ['@context'], contexts.toSpliced(place, 0, addition)),
      };
    }
  }
  for (const [index, url] of contexts.entries()) {
    if (typeof url !== 'string') continue;
    for (const other of [
      url.replace('https://', 'http://'),
      url.replace('://', '://other.'),
      `${url}#`,
      `${url}?`,
      url.replace(/\/([^/]*)$/, '/./$1'),
    ]) {
      yield { name: `context ${index} as ${other}`, document: replaced(document, ['@context', String(index)], other) };
    }
  }
}
