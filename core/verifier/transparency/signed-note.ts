import { sha256 } from '@noble/hashes/sha2.js';
import { fromBase64, isSignedBy, toBase64, toBase64url } from '../../api/index.js';

/** How a key signs notes (https://c2sp.org/signed-note): Ed25519 over the text, or a witness's cosignature with its time. */
export const NOTE_SIGNATURE = 0x01;
export const COSIGNATURE = 0x04;

/** A key that signs notes, known by name and key id. */
export interface NoteKey {
  /** A URL without its scheme. */
  readonly name: string;
  readonly type: typeof NOTE_SIGNATURE | typeof COSIGNATURE;
  /** 32 bytes of Ed25519. */
  readonly publicKey: Uint8Array;
}

export interface NoteSignature {
  readonly name: string;
  /** base64 of key id and signature, as it stands in the note. */
  readonly value: string;
}

/** A note as it was read: nothing of it is to be believed before its signatures have been verified. */
export interface SignedNote {
  /** With its last line feed, which is signed too. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** As the specification bounds it; more than anybody has witnesses. */
const MAX_SIGNATURES = 64;
const MAX_NOTE = 65_536;
const NAME = /^[^\s+]{1,255}$/u;

export const noteOf = (text: string, signatures: readonly NoteSignature[]): string =>
  `${text}\n${signatures.map(({ name, value }) => `— ${name} ${value}\n`).join('')}`;

/** Undefined for what is no signed note. */
export function parseNote(note: string): SignedNote | undefined {
  const end = note.lastIndexOf('\n\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the specification forbids them.
  if (note.length > MAX_NOTE || end <= 0 || !note.endsWith('\n') || /[\0-\x09\x0b-\x1f]/.test(note)) return undefined;
  const lines = note
    .slice(end + 2)
    .split('\n')
    .slice(0, -1);
  const signatures = lines
    .map((line) => /^— (\S+) (\S+)$/u.exec(line))
    .map((found) => found && { name: found[1] ?? '', value: found[2] ?? '' });
  if (lines.length === 0 || lines.length > MAX_SIGNATURES || !signatures.every((found) => found !== null && NAME.test(found.name)))
    return undefined;
  return { text: note.slice(0, end + 1), signatures: signatures as NoteSignature[] };
}

/** The first four bytes of the SHA-256 of name, line feed, type and public key. */
export function noteKeyId({ name, type, publicKey }: NoteKey): Uint8Array {
  return sha256(Uint8Array.from([...new TextEncoder().encode(`${name}\n`), type, ...publicKey])).slice(0, 4);
}

/** The key as one text, which verifiers are given: `name+hex of key id+base64 of type and key`. */
export function noteKeyText(key: NoteKey): string {
  const id = Array.from(noteKeyId(key), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${key.name}+${id}+${toBase64(Uint8Array.from([key.type, ...key.publicKey]))}`;
}

/** Undefined for a text that is no such key, or whose id is another key's. */
export function parseNoteKey(text: string): NoteKey | undefined {
  const [, name = '', , encoded = ''] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(text) ?? [];
  const bytes = fromBase64(encoded);
  const type = bytes?.[0];
  if (bytes?.length !== 33 || (type !== NOTE_SIGNATURE && type !== COSIGNATURE)) return undefined;
  const key: NoteKey = { name, type, publicKey: bytes.slice(1) };
  return noteKeyText(key) === text ? key : undefined;
}

/** A signature as it stands in a note. `signature` is what the key made, with its time in front where it is a cosignature. */
export const noteSignature = (key: NoteKey, signature: Uint8Array): NoteSignature => ({
  name: key.name,
  value: toBase64(Uint8Array.from([...noteKeyId(key), ...signature])),
});

/**
 * When and whether this key has signed the note: undefined when there is no signature of its, else whether the first of them
 * holds; a cosignature says its time (seconds since 1970).
 */
export async function verifyNote(note: SignedNote, key: NoteKey): Promise<{ readonly holds: boolean; readonly time?: number } | undefined> {
  const id = noteKeyId(key);
  for (const { name, value } of note.signatures) {
    const bytes = name === key.name ? fromBase64(value) : undefined;
    if (!bytes || !id.every((byte, at) => bytes[at] === byte)) continue;
    const rest = bytes.slice(4);
    if (key.type === NOTE_SIGNATURE) return { holds: await signs(key, note.text, rest) };
    if (rest.length !== 72) return { holds: false };
    const time = Number(new DataView(rest.buffer, rest.byteOffset, 8).getBigUint64(0));
    return { holds: await signs(key, cosignedText(note.text, time), rest.slice(8)), time };
  }
  return undefined;
}

/** What a witness signs (https://c2sp.org/tlog-cosignature): the time, and the note as it is. */
export const cosignedText = (text: string, time: number): string => `cosignature/v1\ntime ${time}\n${text}`;

function signs({ publicKey }: NoteKey, text: string, signature: Uint8Array): Promise<boolean> {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: toBase64url(publicKey) };
  return isSignedBy(jwk, 'Ed25519', new TextEncoder().encode(text), signature);
}
