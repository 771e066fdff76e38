import { contexts } from '@digitalbazaar/credentials-context';
import { VC_CONTEXT } from '@divoc/core/api';

/** A JSON-LD document loader: URL → remote document. */
export type DocumentLoader = (url: string) => Promise<object>;

/**
 * A loader that knows the VC 2.0 context, the documents given, and nothing else. It cannot fetch.
 *
 * Throws an Error for any other URL; jsonld turns it into a failed proof.
 */
export function pinnedLoader(documents: ReadonlyMap<string, object>): DocumentLoader {
  return async (url) => {
    const document = url === VC_CONTEXT ? contexts.get(VC_CONTEXT) : documents.get(url);
    if (!document) throw new Error('The document is not among those that are pinned here; nothing is fetched.');
    // `static` lets jsonld keep the processed context: what stands under a pinned URL never changes.
    const tag = '@context' in document && !('id' in document) ? { tag: 'static' } : {};
    return { contextUrl: null, documentUrl: url, document, ...tag };
  };
}
