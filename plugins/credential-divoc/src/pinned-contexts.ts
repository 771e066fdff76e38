import { contexts } from '@digitalbazaar/credentials-context';
import security from '@digitalbazaar/security-context';
import { type ContextVersion, VACCINATION_CONTEXTS } from './vaccination-contexts.js';

/** The first context of a VC 1.1 credential. */
export const VC1_CONTEXT = 'https://www.w3.org/2018/credentials/v1';
/** The context under which DIVOC's proof options are canonicalised, whatever the document's own are. */
export const SECURITY_CONTEXT = 'https://w3id.org/security/v2';

/** One name for a context that stands under as many URLs as there are countries: contexts leave no trace in what is signed. */
export const hostlessUrl = (version: ContextVersion): string => `urn:divoc:credentials:vaccination:${version}`;

/** Types of which no node of a certificate is: proofs are taken off before, and a presentation is another document. */
const OTHER_TYPES = /(?:Signature\d{4}|^VerifiablePresentation)$/;

/**
 * The context of VC 1.1 without the terms of proofs and presentations, which take up nine tenths of it: jsonld copies all
 * that is in force for every node, and takes half the time without them.
 */
function credentialTerms(): object {
  const vc1 = contexts.get(VC1_CONTEXT) as { readonly '@context': object } | undefined;
  const terms = Object.entries(vc1?.['@context'] ?? {}).filter(([name]) => !OTHER_TYPES.test(name));
  return { '@context': Object.fromEntries(terms) };
}

const PINNED: ReadonlyMap<string, object> = new Map<string, object>([
  ...security.contexts,
  [VC1_CONTEXT, credentialTerms()],
  [hostlessUrl('v1'), VACCINATION_CONTEXTS.v1],
  [hostlessUrl('v2'), VACCINATION_CONTEXTS.v2],
]);

/** The `@context` of a pinned document. Throws an Error for a URL that is not pinned. */
export function pinnedContext(url: string): Readonly<Record<string, unknown>> {
  const document = PINNED.get(url);
  if (!document) throw new Error('The context is not among those that are pinned here; nothing is fetched.');
  return (document as { readonly '@context': Readonly<Record<string, unknown>> })['@context'];
}

/** A JSON-LD loader of the pinned contexts. It cannot fetch, and throws an Error for any other URL. */
export async function pinnedLoader(url: string) {
  const context = pinnedContext(url);
  // `static` lets jsonld keep the processed context: what stands under a pinned URL never changes.
  return { contextUrl: null, documentUrl: url, document: { '@context': context }, tag: 'static' as const };
}
