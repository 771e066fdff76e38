import { isObject } from '../api/index.js';
import { lonelyMethod, trustedKeysOf } from './did-document.js';
import { keysOfText } from './key-text.js';
import { bytesOf } from './public-keys.js';
import { certifiedKey, jwkKey, ofKnownKind, type PublishedKey } from './published-key.js';
import { TrustBundleError } from './trust-bundle-error.js';

/** What one thing that is trusted holds. */
export interface TrustItem {
  readonly keys: readonly PublishedKey[];
  readonly contexts: Readonly<Record<string, unknown>>;
  readonly revocations: readonly unknown[];
  /** Signed status lists by the URL where they are served, not yet verified. */
  readonly statusLists: Readonly<Record<string, unknown>>;
}

const keysAlone = (keys: readonly PublishedKey[]): TrustItem => ({ keys, contexts: {}, revocations: [], statusLists: {} });

/**
 * Reads one thing that is trusted, in whichever form its publisher has it:
 * - our bundle `{ divocTrust: 1, didDocuments, contexts, revocations, statusLists, issuer, issued, validUntil, proof }`, or one signed
 *   status list;
 * - a text: PEM, base64 of DER, or a `did:key`;
 * - a JWK, a JWK set (RFC 7517; with `iss` beside `keys`, the keys of that issuer alone), a directory of SMART Health Card
 *   issuers `{ issuerInfo }`;
 * - a DID document, WHO's trust lists among them, or one verification method;
 * - an entry of a list of document signer certificates (`kid` and `rawData`), or such a list under `certificates`.
 *
 * Throws a TrustBundleError that says what is malformed.
 */
export function trustItem(item: unknown): TrustItem {
  if (typeof item === 'string') return keysAlone(keysOfText(item));
  if (!isObject(item)) throw new TrustBundleError('what is trusted must be a JSON object, or a text with PEM or a did:key');
  if ('divocTrust' in item) return bundle(item);
  if ([item.type].flat().includes('BitstringStatusListCredential')) {
    if (typeof item.id !== 'string') throw new TrustBundleError('a status list needs the URL where it is served as its id');
    return { ...keysAlone([]), statusLists: { [item.id]: item } };
  }
  if (typeof item.kty === 'string') return keysAlone([jwkKey(item)]);
  if (Array.isArray(item.keys)) return keysAlone(keySet(item.keys, item.iss ?? item.issuer));
  if (Array.isArray(item.issuerInfo)) return keysAlone(item.issuerInfo.flatMap(directoryEntry));
  if (Array.isArray(item.certificates)) return keysAlone(item.certificates.flatMap(signerEntry));
  if (typeof item.rawData === 'string') return keysAlone(signerEntry(item));
  const alone = 'verificationMethod' in item || 'assertionMethod' in item ? undefined : lonelyMethod(item);
  return keysAlone(alone ? [alone] : trustedKeysOf(item));
}

function bundle(item: Record<string, unknown>): TrustItem {
  const { divocTrust, didDocuments = [], contexts = {}, revocations = [], statusLists = {}, ...rest } = item;
  // What the signature is about; whoever has pinned its key has it checked: see `pinnedBundles`.
  const { issuer: _issuer, issued: _issued, validUntil: _until, proof: _proof, ...others } = rest;
  if (divocTrust !== 1) throw new TrustBundleError('divocTrust must be 1; a newer file needs a newer DIVOC');
  const [stranger] = Object.keys(others);
  if (stranger !== undefined) throw new TrustBundleError(`'${stranger}' is not a member of a trust bundle`);
  if (!Array.isArray(didDocuments)) throw new TrustBundleError('didDocuments must be an array');
  if (!isObject(contexts)) throw new TrustBundleError('contexts must be an object of documents by hash');
  if (!Array.isArray(revocations)) throw new TrustBundleError('revocations must be an array of lists, one an issuer');
  if (!isObject(statusLists)) throw new TrustBundleError('statusLists must be an object of signed status lists by URL');
  return { keys: didDocuments.flatMap(trustedKeysOf), contexts, revocations, statusLists };
}

const CURVES: readonly unknown[] = ['Ed25519', 'P-256', 'P-384', 'P-521'];

/** Keys of a set that are for encryption, or of kinds that are not known here, are not for us: sets are published for everybody. */
function keySet(keys: readonly unknown[], issuer: unknown): PublishedKey[] {
  const controller = typeof issuer === 'string' ? { controller: issuer } : {};
  return keys
    .filter(isObject)
    .filter(({ use, kty, crv }) => use !== 'enc' && (kty === 'RSA' || CURVES.includes(crv)))
    .map((key) => jwkKey(key, controller));
}

/** https://github.com/the-commons-project/vci-directory: the issuers of SMART Health Cards with their keys. */
function directoryEntry(entry: unknown): PublishedKey[] {
  if (!isObject(entry) || !Array.isArray(entry.keys)) throw new TrustBundleError('an entry of issuerInfo needs its keys');
  return keySet(entry.keys, isObject(entry.issuer) ? entry.issuer.iss : entry.issuer);
}

/** An entry of the lists of document signer certificates that the EU's gateway and its members publish. */
function signerEntry(entry: unknown): PublishedKey[] {
  if (typeof entry === 'string') return ofKnownKind(() => certifiedKey(bytesOf(entry)));
  if (!isObject(entry) || typeof entry.rawData !== 'string') throw new TrustBundleError('an entry of a certificate list needs its rawData');
  const { rawData, kid, country } = entry;
  const publication = { ...(typeof country === 'string' && { controller: country }), ...(typeof kid === 'string' && { kid }) };
  return ofKnownKind(() => certifiedKey(bytesOf(rawData), publication));
}
