// The parts of these untyped packages that are used here.
declare module '@digitalbazaar/eddsa-rdfc-2022-cryptosuite' {
  export const cryptosuite: {
    canonize(document: object, options: { readonly documentLoader: (url: string) => Promise<object> }): Promise<string>;
  };
}

declare module 'jsonld' {
  interface Options {
    readonly documentLoader: (url: string) => Promise<object>;
    readonly base: null;
    readonly safe: true;
    readonly rdfDirection: 'i18n-datatype';
    readonly format: 'application/n-quads';
  }
  const jsonld: { toRDF(document: object, options: Options): Promise<string> };
  export default jsonld;
}

declare module '@digitalbazaar/credentials-context' {
  export const contexts: ReadonlyMap<string, object>;
}
