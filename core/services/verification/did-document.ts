import { isEd25519Multikey, RECORD_FORMATS, type TrustedKey } from '../../api/index.js';
import { isRecord, TrustBundleError } from './trust-bundle-error.js';

/**
 * The Ed25519 keys with which a DID document lets its subject make assertions.
 *
 * Only Multikeys of the subject itself count (https://www.w3.org/TR/cid-1.0/#Multikey); keys of other kinds, other
 * controllers or other purposes are left out. Throws a TrustBundleError when a key that does count is malformed.
 */
export function trustedKeysOf(document: unknown): TrustedKey[] {
  if (!isRecord(document) || typeof document.id !== 'string' || !/^did:[a-z0-9]+:\S+$/.test(document.id)) {
    throw new TrustBundleError("a DID document needs an 'id' that is a DID");
  }
  const did = document.id;
  const methods = listOf(document.verificationMethod);
  const assertions = listOf(document.assertionMethod);
  const named = new Set(assertions.filter((entry) => typeof entry === 'string').map((id) => absolute(did, id)));
  return [...methods.filter((method) => isRecord(method) && named.has(absolute(did, method.id))), ...assertions.filter(isRecord)]
    .filter(isRecord)
    .filter(({ id, type, controller }) => type === 'Multikey' && controller === did && absolute(did, id)?.startsWith(`${did}#`))
    .flatMap((method) => {
      const key = keyOf(did, method);
      return key ? [key] : [];
    });
}

function keyOf(did: string, method: Record<string, unknown>): TrustedKey | undefined {
  const id = absolute(did, method.id) as string;
  const { publicKeyMultibase } = method;
  if (typeof publicKeyMultibase !== 'string') throw new TrustBundleError(`${id} has no publicKeyMultibase`);
  // A Multikey of another algorithm is somebody else's business; one that begins as Ed25519 must be whole.
  if (!publicKeyMultibase.startsWith('z6Mk')) return undefined;
  if (!isEd25519Multikey(publicKeyMultibase)) throw new TrustBundleError(`${id} is not a whole Ed25519 key`);
  const revoked = instant(method, 'revoked', id);
  const expires = instant(method, 'expires', id);
  return { id, controller: did, publicKeyMultibase, ...(revoked && { revoked }), ...(expires && { expires }) };
}

function instant(method: Record<string, unknown>, name: string, id: string): string | undefined {
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
