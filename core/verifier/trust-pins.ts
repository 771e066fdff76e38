import { fromMultibase, isInstant, isObject, jwkOfMultikey, listOf } from '../api/index.js';
import { bundleProofHolds, readBundleProofs, signerOf } from './bundle-proof.js';
import { keysOfText } from './key-text.js';
import { jwkKey } from './published-key.js';
import { trustFault } from './trust-bundle-error.js';
import { isWhoListProof, readWhoListProof, whoListProofHolds } from './who-list-proof.js';

/** Keys that were learned on another way than the bundles, and how new a bundle has to be. */
export interface TrustPins {
  /**
   * Each a Multikey (`z6Mk…`, `zDn…`), a `did:key`, PEM, a JWK, or a DID document with such a key. A bundle needs the signature of
   * one of the Ed25519 keys, a list of WHO's of one of the P-256 keys.
   */
  readonly keys: readonly unknown[];
  /** When the bundles are relied on; the verifier's own time, not that for which a certificate is judged. */
  readonly at: Date;
  /** What is signed longer ago is refused, whatever it says itself. */
  readonly maxAgeDays?: number | undefined;
  /** The newest bundle of each issuer that was relied on before; an older one is refused. */
  readonly seen?: SeenBundles;
}

/** RFC 3339, by the DID of the issuer. */
export type SeenBundles = Readonly<Record<string, string>>;

/** What a bundle that a pinned key has signed says of itself. */
export interface PinnedBundle {
  readonly issuer: string;
  readonly issued: string;
  /** From then on it is refused. */
  readonly ends: Date;
}

const DAY = 86_400_000;
/** How long a list is relied on that does not say when it ends, where the verifier does not say either. */
const WHO_LIST_DAYS = 30;
/** Clocks differ. */
const SKEW = 5 * 60_000;

/** The Multikeys of pins. Throws a TrustBundleError for what is no public key, or one of a kind that signs no bundle. */
export function pinnedKeys(pins: readonly unknown[]): ReadonlySet<string> {
  return new Set(pins.flatMap((pin) => multikeysOf(pin)));
}

function multikeysOf(pin: unknown): readonly string[] {
  const found = named(() => {
    if (typeof pin === 'string' && /^z[1-9A-HJ-NP-Za-km-z]+$/.test(pin)) return [jwkOfMultikey(pin) && pin];
    const keys = typeof pin === 'string' ? keysOfText(pin) : jwksOf(pin).map((jwk) => jwkKey(jwk));
    return keys.map(({ key: { publicKeyMultibase } }) => publicKeyMultibase);
  });
  const signing = found.filter((multibase) => /^z(6Mk|Dn)/.test(multibase ?? ''));
  if (signing.length === 0 || signing.length < found.length)
    throw trustFault('TRUST_PIN_INVALID', "bundles are signed with Ed25519, WHO's lists with P-256");
  return signing as readonly string[];
}

/** A JWK, or the keys of a DID document: WHO publishes that of its signer as one. */
function jwksOf(pin: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (!isObject(pin)) return [];
  if (pin.verificationMethod === undefined) return [pin];
  return listOf(pin.verificationMethod).flatMap((method) =>
    isObject(method) && isObject(method.publicKeyJwk) ? [method.publicKeyJwk] : [],
  );
}

function named<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw trustFault('TRUST_PIN_INVALID', (error as Error).message);
  }
}

/** Of trust that pinned keys have signed. */
export interface PinnedTrust {
  /** What was seen before and now, to be given the next time. */
  readonly seen: SeenBundles;
  /** When the first of the bundles ends, and has to be replaced. */
  readonly ends?: Date;
}

/**
 * Checks what is to be trusted against the pins: each bundle, and each trust list of WHO's, has the signature of a pinned key, and
 * has not ended. A status list needs no pin, since its own issuer's key is asked for. Other forms have no signature.
 *
 * Throws a TrustBundleError with the code of what is wrong.
 */
export function pinnedBundles(items: readonly unknown[], pins: TrustPins): readonly PinnedBundle[] {
  const keys = pinnedKeys(pins.keys);
  return items
    .filter((item) => !isStatusList(item))
    .map((item) => datedBundle(isWhoList(item) ? signedList(keys, item, pins) : signedByOneOf(keys, item), pins));
}

/**
 * The dates to remember. An older bundle beside a newer one takes nothing back; without it, it may hide what was revoked since.
 *
 * Throws a TrustBundleError where the newest of an issuer is older than one that was seen.
 */
export function pinnedTrust(bundles: readonly PinnedBundle[], before: SeenBundles = {}): PinnedTrust {
  const seen = new Map<string, string>();
  for (const { issuer, issued } of bundles) if (isLater(issued, seen.get(issuer))) seen.set(issuer, issued);
  for (const [issuer, known] of Object.entries(before)) {
    const issued = seen.get(issuer);
    if (issued !== undefined && isLater(known, issued)) throw trustFault('TRUST_ROLLED_BACK', `${issuer}: ${issued} after ${known}`);
    if (issued === undefined) seen.set(issuer, known);
  }
  const [first] = bundles.map(({ ends }) => ends).sort((a, b) => a.getTime() - b.getTime());
  return { seen: Object.fromEntries(seen), ...(first && { ends: first }) };
}

const isLater = (instant: string, than: string | undefined): boolean => than === undefined || Date.parse(instant) > Date.parse(than);

const isStatusList = (item: unknown): boolean => isObject(item) && [item.type].flat().includes('BitstringStatusListCredential');

const isWhoList = (item: unknown): item is Readonly<Record<string, unknown>> => isObject(item) && isWhoListProof(item.proof);

/** The issuer and the dates of a list: it says when it was signed, and nothing of an end. */
function signedList(
  keys: ReadonlySet<string>,
  list: Readonly<Record<string, unknown>>,
  { maxAgeDays = WHO_LIST_DAYS }: Pick<TrustPins, 'maxAgeDays'>,
): Readonly<Record<string, unknown>> {
  const proof = readWhoListProof(list);
  if (!proof) throw trustFault('TRUST_SIGNER_UNKNOWN', "it has the proof of WHO's lists, and another shape");
  const points = [...keys].filter((key) => key.startsWith('zDn')).flatMap((key) => fromMultibase(key)?.slice(2) ?? []);
  if (points.length === 0) throw trustFault('TRUST_SIGNER_UNKNOWN', "no P-256 key is pinned, as WHO's lists are signed with");
  if (!points.some((point) => whoListProofHolds(proof, point))) throw trustFault('TRUST_ALTERED', 'or signed by a key that is not pinned');
  const ends = new Date(Date.parse(proof.created) + maxAgeDays * DAY);
  return { issuer: list.id, issued: proof.created, validUntil: ends.toISOString() };
}

function signedByOneOf(keys: ReadonlySet<string>, item: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(item) || item.proof === undefined) throw trustFault('TRUST_UNSIGNED');
  const proofs = readBundleProofs(item);
  if (!proofs) throw trustFault('TRUST_SIGNER_UNKNOWN', 'its proof is of a kind that is not known here');
  const ours = proofs.map((proof) => ({ proof, signer: signerOf(proof) ?? '' })).filter(({ signer }) => keys.has(signer));
  if (ours.length === 0) throw trustFault('TRUST_SIGNER_UNKNOWN', proofs.map((proof) => signerOf(proof) ?? 'no did:key').join(', '));
  if (!ours.every(({ proof, signer }) => bundleProofHolds(item, proof, signer))) throw trustFault('TRUST_ALTERED');
  return item;
}

function datedBundle(
  { issuer, issued, validUntil }: Readonly<Record<string, unknown>>,
  { at, maxAgeDays }: Pick<TrustPins, 'at' | 'maxAgeDays'>,
): PinnedBundle {
  if (typeof issuer !== 'string' || !issuer.startsWith('did:') || !isInstant(issued) || !isInstant(validUntil))
    throw trustFault('TRUST_UNSIGNED', 'issuer, issued or validUntil is missing from what is signed');
  const [now, from, until] = [at.getTime(), Date.parse(issued), Date.parse(validUntil)];
  if (from > now + SKEW) throw trustFault('TRUST_FROM_FUTURE', issued);
  if (now >= until) throw trustFault('TRUST_EXPIRED', validUntil);
  const oldest = maxAgeDays === undefined ? until : from + maxAgeDays * DAY;
  if (now >= oldest) throw trustFault('TRUST_TOO_OLD', `signed ${issued}, at most ${maxAgeDays} days`);
  return { issuer, issued, ends: new Date(Math.min(until, oldest)) };
}
