// The parts of these untyped packages that are used here.
declare module '@digitalbazaar/credentials-context' {
  export const contexts: ReadonlyMap<string, object>;
}

declare module '@digitalbazaar/security-context' {
  const security: { readonly contexts: ReadonlyMap<string, object> };
  export default security;
}
