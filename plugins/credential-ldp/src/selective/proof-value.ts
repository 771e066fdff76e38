import { fromBase64url, toBase64url } from '@divoc/core/api';
import { decode, encode } from 'cborg';

/** What stands in the proof of the one who holds the credential: all signatures, and the key of its blank nodes' names. */
export interface BaseValue {
  readonly baseSignature: Uint8Array;
  /** Multikey of the proof's own key, 35 bytes. */
  readonly publicKey: Uint8Array;
  readonly hmacKey: Uint8Array;
  /** One for each statement that the holder may keep back, in their order. */
  readonly signatures: readonly Uint8Array[];
  readonly mandatoryPointers: readonly string[];
}

/** What stands in the proof that a verifier sees. */
export interface DerivedValue {
  readonly baseSignature: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly signatures: readonly Uint8Array[];
  /** Canonical label (`c14n0`) of a blank node → the name under which it was signed. */
  readonly labels: ReadonlyMap<string, string>;
  /** Places, among the statements that are shown, of those that had to be. */
  readonly mandatoryIndexes: readonly number[];
}

/** CBOR tags 0x5d00 and 0x5d01 (https://www.w3.org/TR/vc-di-ecdsa/#serializebaseproofvalue). */
const HEADERS = { base: [0xd9, 0x5d, 0x00], derived: [0xd9, 0x5d, 0x01] } as const;

export const writeBase = ({ baseSignature, publicKey, hmacKey, signatures, mandatoryPointers }: BaseValue): string =>
  write('base', [baseSignature, publicKey, hmacKey, signatures, mandatoryPointers]);

export function writeDerived({ baseSignature, publicKey, signatures, labels, mandatoryIndexes }: DerivedValue): string {
  const packed = [...labels].map(([label, name]) => [Number(label.slice(4)), fromBase64url(name.slice(1))] as const);
  return write('derived', [baseSignature, publicKey, signatures, new Map(packed.sort(([a], [b]) => a - b)), mandatoryIndexes]);
}

/** Undefined for whatever is no base proof. */
export function readBase(text: unknown): BaseValue | undefined {
  const [baseSignature, publicKey, hmacKey, signatures, mandatoryPointers, ...others] = read(text, 'base') ?? [];
  const isSound =
    isBytes(baseSignature, 64) &&
    isBytes(publicKey, 35) &&
    isBytes(hmacKey, 32) &&
    isListOf(signatures, isSignature) &&
    others.length === 0;
  if (!isSound || !isListOf(mandatoryPointers, (entry): entry is string => typeof entry === 'string')) return undefined;
  return { baseSignature, publicKey, hmacKey, signatures, mandatoryPointers };
}

/** Undefined for whatever is no derived proof, or one that is written in more than one way. */
export function readDerived(text: unknown): DerivedValue | undefined {
  const [baseSignature, publicKey, signatures, packed, mandatoryIndexes, ...others] = read(text, 'derived') ?? [];
  const isSound = isBytes(baseSignature, 64) && isBytes(publicKey, 35) && isListOf(signatures, isSignature) && others.length === 0;
  if (!isSound || !(packed instanceof Map) || !isListOf(mandatoryIndexes, isIndex)) return undefined;
  // Two nodes of one name could show what was said of one as if it were said of two.
  const labels = new Map<string, string>();
  for (const [label, name] of packed as ReadonlyMap<unknown, unknown>) {
    if (!isIndex(label) || !isBytes(name, 32)) return undefined;
    labels.set(`c14n${label}`, `u${toBase64url(name)}`);
  }
  const isAscending = mandatoryIndexes.every((index, at) => at === 0 || index > (mandatoryIndexes[at - 1] as number));
  if (!isAscending || new Set(labels.values()).size < labels.size) return undefined;
  return { baseSignature, publicKey, signatures, labels, mandatoryIndexes };
}

function write(kind: keyof typeof HEADERS, parts: readonly unknown[]): string {
  return `u${toBase64url(Uint8Array.from([...HEADERS[kind], ...encode(parts)]))}`;
}

function read(text: unknown, kind: keyof typeof HEADERS): readonly unknown[] | undefined {
  const bytes = typeof text === 'string' && text[0] === 'u' ? fromBase64url(text.slice(1)) : undefined;
  if (!bytes || HEADERS[kind].some((byte, at) => bytes[at] !== byte)) return undefined;
  try {
    const parts: unknown = decode(bytes.subarray(3), STRICT);
    return Array.isArray(parts) ? parts : undefined;
  } catch {
    return undefined;
  }
}

/** One value is written in one way; other software puts bytes under tag 64 (RFC 8746). */
const STRICT = {
  strict: true,
  useMaps: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
  tags: { 64: (inner: () => unknown) => inner() },
} as const;

const isBytes = (value: unknown, length: number): value is Uint8Array => value instanceof Uint8Array && value.length === length;
const isSignature = (value: unknown): value is Uint8Array => isBytes(value, 64);
const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isListOf = <T>(value: unknown, is: (entry: unknown) => entry is T): value is readonly T[] => Array.isArray(value) && value.every(is);
