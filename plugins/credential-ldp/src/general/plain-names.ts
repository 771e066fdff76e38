import { canonicalJson, isObject } from '@divoc/core/api';

/** Keywords that a credential may use beside its `@context`: those of language texts, and of typed values (11.1 of VC 2.0). */
const VALUE_KEYWORDS = ['@value', '@language', '@direction', '@type'];

/**
 * True when the members of a document are terms, so that its JSON shows what its RDF says.
 *
 * JSON-LD takes `https://www.w3.org/2018/credentials#validUntil` for `validUntil`, and `@included` or a second object with
 * the credential's own `id` for a place to say it: the signature would hold, and nobody would see when it ends.
 */
export function hasPlainNames(document: Readonly<Record<string, unknown>>): boolean {
  const { '@context': _, ...rest } = document;
  return Object.values(rest).every((value) => isPlain(value, document.id)) && Object.keys(rest).every(isTerm);
}

function isPlain(value: unknown, credentialId: unknown): boolean {
  if (Array.isArray(value)) return value.every((entry) => isPlain(entry, credentialId));
  if (!isObject(value)) return true;
  if (credentialId !== undefined && value.id === credentialId && Object.keys(value).length > 1) return false;
  const isValue = Object.hasOwn(value, '@value');
  return Object.entries(value).every(([name, member]) => {
    if (isValue && VALUE_KEYWORDS.includes(name)) return true;
    return isTerm(name) && isPlain(member, credentialId);
  });
}

/**
 * What a document says: JSON-LD has no statement for null and for an empty list, so that anybody may add them to what is signed,
 * under any name.
 */
export function spoken(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(members).flatMap(([name, member]) => {
    const said = spokenValue(member);
    return said === undefined ? [] : [[name, said] as const];
  });
  return Object.fromEntries(entries);
}

function spokenValue(value: unknown): unknown {
  if (value === null) return undefined;
  if (!Array.isArray(value)) return isObject(value) ? spoken(value) : value;
  const said = value.map(spokenValue).filter((element) => element !== undefined);
  // One statement however often: two dates that are the same are one. Nodes without an id are as many as there are.
  const elements = said.filter((element, at) => isNode(element) || said.findIndex((other) => isSame(element, other)) === at);
  return elements.length > 0 ? elements : undefined;
}

const isNode = (value: unknown): boolean =>
  Array.isArray(value) || (isObject(value) && !Object.hasOwn(value, '@value') && !Object.hasOwn(value, 'id'));

const isSame = (a: unknown, b: unknown): boolean => a === b || (isObject(a) && isObject(b) && canonicalJson(a) === canonicalJson(b));

const isTerm = (name: string): boolean => !/^@|[:/#]/.test(name);
