// The parts of these untyped packages that are used here.
declare module 'jsonld' {
  interface RemoteDocument {
    readonly contextUrl: null;
    readonly documentUrl: string;
    readonly document: object;
    readonly tag?: 'static';
  }
  interface Options {
    readonly documentLoader: (url: string) => Promise<RemoteDocument>;
    readonly safe: boolean;
    readonly base?: string;
  }
  const jsonld: {
    toRDF(document: object, options: Options): Promise<import('rdf-canonize').Quad[]>;
  };
  export default jsonld;
}

declare module 'rdf-canonize' {
  /** https://rdf.js.org/data-model-spec/ */
  export interface Term {
    readonly termType: 'NamedNode' | 'BlankNode' | 'Literal' | 'DefaultGraph';
    readonly value: string;
    readonly datatype?: { readonly value: string };
  }
  export interface Quad {
    readonly subject: Term;
    readonly predicate: Term;
    readonly object: Term;
    readonly graph: Term;
  }
  export interface MessageDigest {
    update(text: string): void;
    digest(): Promise<string>;
  }
  const rdfCanonize: {
    canonize(
      dataset: readonly Quad[],
      options: { algorithm: 'RDFC-1.0'; signal: AbortSignal; createMessageDigest?: () => MessageDigest },
    ): Promise<string>;
  };
  export default rdfCanonize;
}

declare module '@digitalbazaar/credentials-context' {
  export const contexts: ReadonlyMap<string, object>;
}

declare module '@digitalbazaar/security-context' {
  const security: { readonly contexts: ReadonlyMap<string, object> };
  export default security;
}
