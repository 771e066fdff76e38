import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { MessageDigest } from './rdf-libraries.js';

/**
 * How the libraries of DIVOC's time wrote N-Quads, with those of today.
 *
 * rdf-canonize 1 escaped four characters in literals and none in IRIs, where RDFC-1.0 escapes all control characters; and
 * jsonld 2 took an id with a space for absolute (`did:Driving License:12`), where jsonld 3 drops what is said of it.
 * So these characters travel through the libraries in disguise, and are themselves again in whatever is hashed.
 */
const DISGUISED = /(?![\n\r])[\p{Cc}{}|^`]/gu;
const DISGUISED_WITH_SPACES = /(?![\n\r])[\p{Cc}{}|^` \u00a0]/gu;
/** In the Unicode area for private use, at their own code. */
const DISGUISES = /[\ue000-\ue0ff]/g;
const FIRST_DISGUISE = 0xe000;

/**
 * The JSON value with its texts in disguise, or undefined when there is nothing to disguise: old and new libraries write it
 * alike. Spaces too, when ids may have them. Throws an Error for texts that have to be disguised and use the disguises themselves.
 */
export function disguised(value: object, idsMayHaveSpaces: boolean): object | undefined {
  const characters = idsMayHaveSpaces ? DISGUISED_WITH_SPACES : DISGUISED;
  let [isNeeded, isTaken] = [false, false];
  const walk = (node: unknown): unknown => {
    if (typeof node === 'string') {
      isTaken ||= node.search(DISGUISES) >= 0;
      return node.replace(characters, (character) => {
        isNeeded = true;
        return String.fromCharCode(FIRST_DISGUISE + character.charCodeAt(0));
      });
    }
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([name, member]) => [name, walk(member)]));
  };
  const copy = walk(value) as object;
  if (isNeeded && isTaken) throw new Error('The text holds characters for private use.');
  return isNeeded ? copy : undefined;
}

/** The N-Quads as they were written then, in their order. */
export const undisguised = (statements: string): string => sorted(statements.split(/(?<=\n)/)).join('');

/** SHA-256 in hex over what rdf-canonize hashes, undisguised. */
export function oldMessageDigest(): MessageDigest {
  const parts: string[] = [];
  return {
    update: (part) => void parts.push(part),
    async digest() {
      // The statements of one node come in order; without their disguise they may have another.
      const isStatements = parts.every((part) => part.endsWith(' .\n'));
      const text = isStatements ? sorted(parts).join('') : plain(parts.join(''));
      return bytesToHex(sha256(utf8ToBytes(text)));
    },
  };
}

const plain = (text: string): string => text.replace(DISGUISES, (disguise) => String.fromCharCode(disguise.charCodeAt(0) - FIRST_DISGUISE));

const sorted = (statements: readonly string[]): string[] => statements.map(plain).sort();
