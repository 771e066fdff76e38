import { contexts as citizenship } from '@digitalbazaar/citizenship-context';
import { contexts as credentials } from '@digitalbazaar/credentials-context';
import { contexts as dataIntegrity } from '@digitalbazaar/data-integrity-context';
import { contexts as multikey } from '@digitalbazaar/multikey-context';
import { isObject, VC1_CONTEXT } from '@divoc/core/api';
import did from 'did-context';
import ed25519 from 'ed25519-signature-2020-context';

/** https://www.w3.org/ns/credentials/examples/v2: every term is the examples' own. */
const examples = { '@context': { '@vocab': 'https://www.w3.org/ns/credentials/examples#' } };

/** The contexts that general credentials may name, by URL. They come with their packages; nothing is ever fetched. */
export const PINNED_CONTEXTS: ReadonlyMap<string, object> = new Map([
  ...credentials,
  ...dataIntegrity,
  ...multikey,
  ...did.contexts,
  ...ed25519.contexts,
  ...citizenship,
  ['https://www.w3.org/ns/credentials/examples/v2', examples],
]);

/**
 * SHA-256 of the files that W3C publishes under these URLs (Recommendation of May 2025, appendix B.1). The packages hold
 * the same JSON in another layout, so that digests of the files cannot be computed from them.
 */
export const PUBLISHED_DIGESTS: ReadonlyMap<string, string> = new Map([
  ['https://www.w3.org/ns/credentials/v2', '59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734'],
  ['https://www.w3.org/2018/credentials/v1', 'ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc'],
]);

/**
 * The terms that nobody may give another meaning: those of the data model's own contexts, also of those that come with a type.
 * Version 1.1 lacks some of version 2, which its credentials therefore define themselves (`name`).
 */
const RESERVED: ReadonlySet<string> = new Set([...credentials.values()].flatMap(termsOf));
const RESERVED_IN_VERSION_1: ReadonlySet<string> = new Set(termsOf(credentials.get(VC1_CONTEXT)));

function termsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(termsOf);
  if (!isObject(value) || !isObject(value['@context'])) return [];
  const terms = Object.entries(value['@context']).filter(([term]) => !term.startsWith('@'));
  return terms.flatMap(([term, definition]) => [term, ...termsOf(definition)]);
}

/**
 * True when every context is pinned, or an inline one that cannot hide anything.
 *
 * The signature covers IRIs and not the names that contexts give to them: whoever may add a context can call a claim by
 * another name, and the signature still holds. So that an inline context may name a term only as its IRI ends, and none of
 * the data model's own; so may the contexts that come with a term or a type of it.
 */
export function areContextsKnown(contexts: readonly unknown[]): boolean {
  const reserved = contexts[0] === VC1_CONTEXT ? RESERVED_IN_VERSION_1 : RESERVED;
  return contexts.every((context) => (typeof context === 'string' ? PINNED_CONTEXTS.has(context) : isPlainContext(context, reserved)));
}

function isPlainContext(context: unknown, reserved: ReadonlySet<string>): boolean {
  if (!isObject(context)) return false;
  return Object.entries(context).every(([term, definition]) => {
    if (term === '@vocab')
      return definition === null || (typeof definition === 'string' && /^[a-z][a-z0-9+.-]*:\S*[/#]$/i.test(definition));
    if (term === '@version') return definition === 1.1;
    if (term === '@protected') return typeof definition === 'boolean';
    // What these mean already.
    if ((term === 'id' && definition === '@id') || (term === 'type' && definition === '@type')) return true;
    if (reserved.has(term)) return false;
    if (typeof definition === 'string') return isNamedByEnd(term, definition);
    if (!isObject(definition)) return false;
    const { '@id': id, '@type': type, '@protected': isProtected, '@context': scoped, ...others } = definition;
    const isOfType = type === undefined || typeof type === 'string';
    const isKept = isProtected === undefined || typeof isProtected === 'boolean';
    const isScoped = scoped === undefined || isPlainContext(scoped, reserved);
    return typeof id === 'string' && isNamedByEnd(term, id) && isOfType && isKept && isScoped && Object.keys(others).length === 0;
  });
}

const isNamedByEnd = (term: string, iri: string): boolean =>
  /^[a-z][a-z0-9+.-]*:\S+$/i.test(iri) && (iri.endsWith(`#${term}`) || iri.endsWith(`/${term}`) || iri.endsWith(`:${term}`));
