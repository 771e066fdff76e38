import { contexts } from '@digitalbazaar/credentials-context';
import security from '@digitalbazaar/security-context';
import { type ContextVersion, VACCINATION_CONTEXTS } from './vaccination-contexts.js';

/** The first context of a VC 1.1 credential. */
export const VC1_CONTEXT = 'https://www.w3.org/2018/credentials/v1';
/** The context under which DIVOC's proof options are canonicalised, whatever the document's own are. */
export const SECURITY_CONTEXT = 'https://w3id.org/security/v2';

type Context = Readonly<Record<string, unknown>>;

/** One name for a context that stands under as many URLs as there are countries: contexts leave no trace in what is signed. */
export const hostlessUrl = (version: ContextVersion): string => `urn:divoc:credentials:vaccination:${version}`;

const ORIGINALS: ReadonlyMap<string, object> = new Map<string, object>([
  ...security.contexts,
  ...[...contexts].filter(([url]) => url === VC1_CONTEXT),
  [hostlessUrl('v1'), VACCINATION_CONTEXTS.v1],
  [hostlessUrl('v2'), VACCINATION_CONTEXTS.v2],
]);

/** The `@context` of a pinned document. Throws an Error for a URL that is not pinned. */
export function pinnedContext(url: string): Context {
  const document = ORIGINALS.get(url) as { readonly '@context': Context } | undefined;
  if (!document) throw new Error('The context is not among those that are pinned here; nothing is fetched.');
  return document['@context'];
}

/** What the loader gives, by URL: each context, and each context inside a term as one more. */
const documents = new Map<string, object>();
for (const url of ORIGINALS.keys()) documents.set(url, { '@context': byReference(pinnedContext(url), url) });

/**
 * The context with those of its terms under URLs of their own: the same to a JSON-LD processor. jsonld copies every term
 * in force, with all that is inside, for each node of a document, and is twice as quick when that is a URL.
 */
function byReference(context: unknown, url: string): unknown {
  if (Array.isArray(context)) return context.map((part, index) => byReference(part, `${url}#${index}`));
  if (typeof context !== 'object' || context === null) return context;
  const terms = Object.entries(context).map(([name, definition]: [string, { readonly '@context'?: unknown } | string | null]) => {
    if (typeof definition !== 'object' || definition === null || typeof definition['@context'] !== 'object') return [name, definition];
    const inside = `${url}${url.includes('#') ? '.' : '#'}${name}`;
    documents.set(inside, { '@context': byReference(definition['@context'], inside) });
    return [name, { ...definition, '@context': inside }];
  });
  return Object.fromEntries(terms);
}

/** A JSON-LD loader of the pinned contexts. It cannot fetch, and throws an Error for any other URL. */
export async function pinnedLoader(url: string) {
  const document = documents.get(url);
  if (!document) throw new Error('The document is not among those that are pinned here; nothing is fetched.');
  // `static` lets jsonld keep the processed context: what stands under a pinned URL never changes.
  return { contextUrl: null, documentUrl: url, document, tag: 'static' as const };
}
