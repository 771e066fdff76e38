import { sha256 } from '@noble/hashes/sha2.js';
import { canonicalJson, toBase64url } from '../../api/index.js';
import { type Hash, leafHash } from './merkle-tree.js';

/** What an entry of the log commits to. Whoever holds the certificate is given it; whoever reads the log sees its hash alone. */
export interface LogOpening {
  /** 43 characters of base64url that nobody can guess: without it ids and dates could be tried out. */
  readonly salt: string;
  /** `divoc.certificate.issued.v1` */
  readonly type: string;
  /** Id of the certificate. */
  readonly subject: string;
  /** RFC 3339. */
  readonly time: string;
  /** The event's own: ids and codes. */
  readonly data: Readonly<Record<string, unknown>>;
  /** base64url SHA-256 of the JCS form of the credential that was issued, or issued again, in its primary form. */
  readonly credential?: string;
}

/** What stands in the log: what has happened and on which day, and a commitment to all else. Nothing of it tells of whom. */
export interface LogRecord {
  readonly type: string;
  readonly day: string;
  readonly commitment: string;
}

export function recordOf(opening: LogOpening): LogRecord {
  const commitment = toBase64url(sha256(new TextEncoder().encode(canonicalJson(opening))));
  return { type: opening.type, day: opening.time.slice(0, 10), commitment };
}

/** The bytes of an entry: its canonical JSON. */
export const entryBytes = (record: LogRecord): Uint8Array => new TextEncoder().encode(canonicalJson(record));

export const entryHash = (record: LogRecord): Hash => leafHash(entryBytes(record));

/** The opening that a proof carries, if it carries one; members that are none of it are not there. */
export function parseOpening(extra: Uint8Array): LogOpening | undefined {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(extra)) as Record<string, unknown>;
    const { salt, type, subject, time, data, credential } = value;
    const isText =
      [salt, type, subject, time].every((text) => typeof text === 'string') && ['string', 'undefined'].includes(typeof credential);
    return isText && typeof data === 'object' && data !== null ? (value as unknown as LogOpening) : undefined;
  } catch {
    return undefined;
  }
}
