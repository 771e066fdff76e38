/**
 * The web address of a `did:web`, which is the `iss` of its cards: verifiers look for `<iss>/.well-known/jwks.json`.
 * Undefined for other DIDs.
 */
export function urlOfDid(did: string): string | undefined {
  const [host, ...path] = /^did:web:([^#?/]+)$/.exec(did)?.[1]?.split(':') ?? [];
  if (host === undefined) return undefined;
  const url = `https://${[host.replace(/%3A/i, ':'), ...path].join('/')}`;
  return isIssuerUrl(url) ? url : undefined;
}

/** The other way round: one issuer has one name in all formats, and lists of what was revoked are kept by it. */
export function didOfUrl(url: string): string {
  const [host = '', ...path] = url.slice('https://'.length).split('/');
  return ['did:web', host.replace(':', '%3A'), ...path].join(':');
}

/** What the framework lets an issuer be: https, no slash at its end, no query, nothing that has to be escaped. */
export const isIssuerUrl = (value: unknown): value is string =>
  typeof value === 'string' && /^https:\/\/[a-z0-9.-]+(:\d{1,5})?(\/[\w.~-]+)*$/i.test(value) && value.length <= 512;
