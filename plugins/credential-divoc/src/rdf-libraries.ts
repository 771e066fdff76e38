// @ts-expect-error the package has no types
import jsonLdLibrary from 'jsonld';
// @ts-expect-error the package has no types
import rdfCanonizeLibrary from 'rdf-canonize';

/** https://rdf.js.org/data-model-spec/: opaque here, where canonical text alone is read. */
export type Dataset = readonly object[];

/** What rdf-canonize hashes with. */
export interface MessageDigest {
  update(text: string): void;
  /** In hexadecimal. */
  digest(): Promise<string>;
}

interface JsonLd {
  toRDF(
    document: object,
    options: { readonly documentLoader: (url: string) => Promise<object>; readonly safe: boolean; readonly base: string },
  ): Promise<Dataset>;
}

interface RdfCanonize {
  canonize(
    dataset: Dataset,
    options: {
      readonly algorithm: 'RDFC-1.0';
      readonly maxDeepIterations: number;
      readonly signal: AbortSignal;
      readonly createMessageDigest?: () => MessageDigest;
    },
  ): Promise<string>;
}

/** The parts of these untyped packages that are used here. */
export const jsonld: JsonLd = jsonLdLibrary;
export const rdfCanonize: RdfCanonize = rdfCanonizeLibrary;
