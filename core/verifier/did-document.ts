import { fromMultibase, isObject, jwkOfMultikey, jwkThumbprint, multikeyOfJwk, RECORD_FORMATS, toBase64url } from '../api/index.js';
import { keysOfText } from './key-text.js';
import { jwkKey, ofKnownKind, type PublishedKey } from './published-key.js';
import { TrustBundleError } from './trust-bundle-error.js';

type Method = Readonly<Record<string, unknown>>;

/**
 * The keys with which a DID document lets its subject make assertions.
 *
 * Only methods of the subject itself count (https://www.w3.org/TR/cid-1.0/#verification-methods); keys of other kinds, other
 * controllers or other purposes are left out. Throws a TrustBundleError when a key that does count is malformed.
 */
export function trustedKeysOf(document: unknown): PublishedKey[] {
  if (!isObject(document) || typeof document.id !== 'string' || !/^did:[a-z0-9]+:\S+$/.test(document.id)) {
    throw new TrustBundleError("a DID document needs an 'id' that is a DID");
  }
  const did = document.id;
  const methods = listOf(document.verificationMethod).filter(isObject);
  // WHO's trust lists (GDHCN) are DID documents too: lists of countries' certificates, known by their key ids alone.
  if (document.assertionMethod === undefined) return methods.flatMap(listedKey);
  const assertions = listOf(document.assertionMethod);
  const named = new Set(assertions.filter((entry) => typeof entry === 'string').map((id) => absolute(did, id)));
  return [...methods.filter((method) => named.has(absolute(did, method.id))), ...assertions.filter(isObject)]
    .filter(({ id, controller }) => controller === did && absolute(did, id)?.startsWith(`${did}#`))
    .flatMap((method) => methodKey(method, absolute(did, method.id) as string, did) ?? []);
}

/** A verification method by itself, as some issuers of old certificates publish it. Undefined when it holds no key known here. */
export function lonelyMethod(method: Method): PublishedKey | undefined {
  const { id, controller } = method;
  if (typeof id !== 'string') return undefined;
  return methodKey(method, id, typeof controller === 'string' ? controller : (id.split('#')[0] as string));
}

function methodKey(method: Method, id: string, controller: string): PublishedKey | undefined {
  const published = keyOf(method, id);
  if (!published) return undefined;
  const [revoked, expires] = [instant(method, 'revoked', id), instant(method, 'expires', id)];
  const { key, names } = published;
  // SMART Health Cards name a key by its thumbprint, however the document calls it.
  const thumbprint = key.publicKeyJwk ? [jwkThumbprint(key.publicKeyJwk)] : [];
  return {
    key: { ...key, id, controller, ...(revoked && { revoked }), ...(expires && { expires }) },
    names: [...new Set([id, id.slice(id.indexOf('#') + 1), ...names, ...thumbprint])],
  };
}

/** The key as its kind of method writes it. Methods of other kinds are somebody else's business. */
function keyOf(method: Method, id: string): PublishedKey | undefined {
  const { type, publicKeyJwk, publicKeyBase58, publicKeyPem } = method;
  switch (type) {
    case 'Multikey':
    case 'Ed25519VerificationKey2020':
    case 'EcdsaSecp256r1VerificationKey2019':
      return multikey(method, id);
    case 'Ed25519VerificationKey2018': {
      const bytes = typeof publicKeyBase58 === 'string' ? fromMultibase(`z${publicKeyBase58}`) : undefined;
      if (bytes?.length !== 32) throw new TrustBundleError(`${id} is not a whole Ed25519 key`);
      return jwkKey({ kty: 'OKP', crv: 'Ed25519', x: toBase64url(bytes) });
    }
    case 'JsonWebKey':
    case 'JsonWebKey2020':
      return isObject(publicKeyJwk) ? jwkKey(publicKeyJwk) : undefined;
    case 'RsaVerificationKey2018':
      return typeof publicKeyPem === 'string' ? keysOfText(publicKeyPem)[0] : undefined;
  }
  return undefined;
}

function multikey({ publicKeyMultibase }: Method, id: string): PublishedKey | undefined {
  if (typeof publicKeyMultibase !== 'string') throw new TrustBundleError(`${id} has no publicKeyMultibase`);
  const jwk = jwkOfMultikey(publicKeyMultibase);
  if (jwk) {
    const { key, names } = jwkKey(jwk);
    // One text a key: what reads back otherwise was written otherwise.
    return multikeyOfJwk(jwk) === publicKeyMultibase ? { key: { ...key, publicKeyMultibase }, names } : undefined;
  }
  // A Multikey of another algorithm is not for us; one that begins as one of ours must be whole.
  if (/^z(6Mk|Dna|82)/.test(publicKeyMultibase)) throw new TrustBundleError(`${id} is not a whole Ed25519, P-256 or P-384 key`);
  return undefined;
}

function listedKey({ publicKeyJwk }: Method): PublishedKey[] {
  if (!isObject(publicKeyJwk)) return [];
  const { kid, x5c, participant } = publicKeyJwk;
  if (typeof kid !== 'string' && !Array.isArray(x5c)) return [];
  const publication = typeof participant === 'string' && !Array.isArray(x5c) ? { controller: participant } : {};
  return ofKnownKind(() => jwkKey(publicKeyJwk, publication));
}

function instant(method: Method, name: string, id: string): string | undefined {
  const value = method[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && RECORD_FORMATS['date-time'](value)) return value;
  throw new TrustBundleError(`${name} of ${id} must be an RFC 3339 instant with its offset`);
}

/** DID documents may write their own keys as `#key-1`. */
function absolute(did: string, id: unknown): string | undefined {
  if (typeof id !== 'string') return undefined;
  return id.startsWith('#') ? `${did}${id}` : id;
}

const listOf = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
