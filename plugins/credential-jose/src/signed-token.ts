import { fromBase64url, isObject, type JoseAlgorithm, parseStrictJson, type Signed, TOKEN_ALGORITHMS } from '@divoc/core/api';

type Members = Readonly<Record<string, unknown>>;

/** A JSON Web Signature in compact form (RFC 7515) over JSON, whose signature has not been looked at. */
export interface SignedToken extends Signed {
  readonly header: Members;
  readonly payload: Members;
}

const MAX_TEXT = 262_144;

/** Three parts, the first of which begins as JSON does. */
export const looksLikeToken = (document: unknown): document is string =>
  typeof document === 'string' && /^eyJ[\w-]*\.[\w-]+\.[\w-]+$/.test(document);

/** The `typ` of a text that looks like a token; undefined for what is none. */
export function typeOf(document: unknown): unknown {
  if (!looksLikeToken(document) || document.length > MAX_TEXT) return undefined;
  return readPart(document.split('.')[0])?.typ;
}

/** `ALGORITHM_UNKNOWN` for a token that is signed with something else; undefined for what is no token, or wants what is not known here (`crit`). */
export function readToken(text: string): SignedToken | 'ALGORITHM_UNKNOWN' | undefined {
  if (!looksLikeToken(text) || text.length > MAX_TEXT) return undefined;
  const [head, body, signature] = text.split('.');
  const [header, payload, bytes] = [readPart(head), readPart(body), fromBase64url(signature as string)];
  if (!header || !payload || !bytes || header.crit !== undefined || header.b64 !== undefined) return undefined;
  const { alg } = header;
  if (typeof alg !== 'string' || !Object.hasOwn(TOKEN_ALGORITHMS, alg)) return 'ALGORITHM_UNKNOWN';
  const signed = new TextEncoder().encode(text.slice(0, text.lastIndexOf('.')));
  return { header, payload, algorithm: TOKEN_ALGORITHMS[alg] as JoseAlgorithm, signed, signature: bytes };
}

function readPart(part: string | undefined): Members | undefined {
  const bytes = fromBase64url(part ?? '');
  try {
    const value: unknown = bytes && parseStrictJson(bytes);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
