import type { FastifyReply } from 'fastify';
import type { RouteReply } from '../api/ports/routes.js';
import { PROBLEM_MEDIA_TYPE, type Problem } from './problem.js';

/** A reply as it goes over the wire; names of headers in lower case. */
export interface WireReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string | Buffer | undefined;
}

/** Text and bytes go as they are, all else as JSON. */
export function wireReplyOf(reply: RouteReply): WireReply {
  const { body } = reply;
  const headers = Object.fromEntries(Object.entries(reply.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  if (body === undefined) return { status: reply.status, headers, payload: undefined };
  const [payload, fallback] =
    typeof body === 'string'
      ? [body, 'text/plain']
      : body instanceof Uint8Array
        ? [Buffer.from(body.buffer, body.byteOffset, body.byteLength), 'application/octet-stream']
        : [JSON.stringify(body), 'application/json'];
  return { status: reply.status, headers: { 'content-type': withCharset(reply.mediaType ?? fallback), ...headers }, payload };
}

export function problemReplyOf({ document, headers }: Problem): WireReply {
  return { status: document.status, headers: { ...headers, 'content-type': PROBLEM_MEDIA_TYPE }, payload: JSON.stringify(document) };
}

export function send(reply: FastifyReply, { status, headers, payload }: WireReply): FastifyReply {
  // Bytes, since Fastify would append a charset to the type of a string; JSON types define none (RFC 8259 section 11).
  return reply
    .code(status)
    .headers(headers)
    .send(typeof payload === 'string' ? Buffer.from(payload, 'utf8') : payload);
}

/** Without its charset a browser guesses that of a text. */
function withCharset(mediaType: string): string {
  return mediaType.startsWith('text/') && !mediaType.includes('charset') ? `${mediaType}; charset=utf-8` : mediaType;
}
