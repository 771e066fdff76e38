// The parts of these untyped packages that are used here.
declare module 'jsonld-signatures' {
  export interface VerifyResult {
    readonly verified: boolean;
    readonly error?: unknown;
  }
  interface Options {
    readonly suite: unknown;
    readonly purpose: unknown;
    readonly documentLoader: (url: string) => Promise<object>;
  }
  const jsigs: {
    sign(document: object, options: Options): Promise<Record<string, unknown>>;
    verify(document: object, options: Options): Promise<VerifyResult>;
    derive(document: object, options: Options): Promise<Record<string, unknown>>;
    readonly purposes: { readonly AssertionProofPurpose: new () => object };
  };
  export default jsigs;
}

declare module '@digitalbazaar/data-integrity' {
  export interface ExternalSigner {
    readonly id: string;
    readonly algorithm: 'Ed25519';
    sign(input: { readonly data: Uint8Array }): Promise<Uint8Array>;
  }
  export class DataIntegrityProof {
    constructor(options: { cryptosuite: unknown; signer?: ExternalSigner; date?: null });
    /** Members that every proof made starts with. */
    proof?: Record<string, unknown>;
  }
}

declare module '@digitalbazaar/eddsa-rdfc-2022-cryptosuite' {
  export const cryptosuite: unknown;
}

declare module '@digitalbazaar/credentials-context' {
  export const contexts: ReadonlyMap<string, object>;
}

declare module '@digitalbazaar/citizenship-context' {
  export const contexts: ReadonlyMap<string, object>;
}

declare module '@digitalbazaar/data-integrity-context' {
  export const contexts: ReadonlyMap<string, object>;
}

declare module '@digitalbazaar/multikey-context' {
  export const contexts: ReadonlyMap<string, object>;
}

declare module 'did-context' {
  const context: { readonly contexts: ReadonlyMap<string, object> };
  export default context;
}

declare module 'ed25519-signature-2020-context' {
  const context: { readonly contexts: ReadonlyMap<string, object> };
  export default context;
}

declare module '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite' {
  export const cryptosuite: unknown;
}

declare module '@digitalbazaar/ed25519-signature-2020' {
  export class Ed25519Signature2020 {
    constructor(options: { date?: string; signer?: object });
  }
}

declare module '@digitalbazaar/ecdsa-sd-2023-cryptosuite' {
  export function createSignCryptosuite(options: { readonly mandatoryPointers?: readonly string[] }): unknown;
  export function createDiscloseCryptosuite(options: { readonly selectivePointers?: readonly string[] }): unknown;
  export function createVerifyCryptosuite(): unknown;
}
