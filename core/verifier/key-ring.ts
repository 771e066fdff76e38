import { jwkThumbprint, type Trust, type TrustedKey } from '../api/index.js';
import type { PublishedKey } from './published-key.js';
import { TrustBundleError } from './trust-bundle-error.js';

/**
 * Keys by DID URL and by key id. The same key from two sources is one, on the stricter side: revoked anywhere is revoked, and
 * the earliest expiry counts. Throws a TrustBundleError when two sources give one DID URL different keys.
 */
export function keyRing(published: readonly PublishedKey[]): Pick<Trust, 'key' | 'issuer' | 'keysFor'> {
  const known = new Map<string, PublishedKey>();
  for (const entry of published) {
    const identity = isDidUrl(entry.key.id) ? entry.key.id : identityOf(entry.key);
    known.set(identity, merge(known.get(identity), entry));
  }
  const byId = new Map([...known].filter(([id]) => isDidUrl(id)).map(([id, { key }]) => [id, key]));
  const issuers = new Set([...known.values()].map(({ key: { controller } }) => controller).filter((controller) => controller !== ''));
  const all = [...known.values()].map(({ key }) => key);
  const bare = [...known.values()].filter(({ names }) => names.length === 0).map(({ key }) => key);
  const byName = new Map<string, TrustedKey[]>();
  for (const { key, names } of known.values()) for (const name of names) byName.set(name, [...(byName.get(name) ?? []), key]);
  return {
    key: (id) => byId.get(id),
    issuer: (did) => issuers.has(did),
    keysFor: (kid) => (kid === undefined ? all : [...(byName.get(kid) ?? []), ...bare]),
  };
}

const isDidUrl = (id: string): boolean => /^did:[^#]+#/.test(id);

/** Two certificates for one key are two: each has its own validity and uses. */
const identityOf = ({ controller, certificate, publicKeyJwk }: TrustedKey): string =>
  `${controller} ${certificate?.der ?? (publicKeyJwk ? jwkThumbprint(publicKeyJwk) : '')}`;

function merge(known: PublishedKey | undefined, entry: PublishedKey): PublishedKey {
  if (!known) return entry;
  const [a, b] = [known.key, entry.key];
  if (thumbprint(a) !== thumbprint(b)) throw new TrustBundleError(`two bundles give ${b.id} different keys`);
  const revoked = a.revoked ?? b.revoked;
  const expires = [a.expires, b.expires].filter((instant) => instant !== undefined).sort((x, y) => Date.parse(x) - Date.parse(y))[0];
  return {
    key: { ...a, ...b, ...(revoked !== undefined && { revoked }), ...(expires !== undefined && { expires }) },
    // Named by one and bare to the other: it is trusted as the one who handed it over wants.
    names: known.names.length === 0 || entry.names.length === 0 ? [] : [...new Set([...known.names, ...entry.names])],
  };
}

const thumbprint = ({ publicKeyJwk }: TrustedKey): string | undefined => publicKeyJwk && jwkThumbprint(publicKeyJwk);
