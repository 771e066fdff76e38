import type { IncomingHttpHeaders } from 'node:http';
import fastifyPlugin from 'fastify-plugin';
import type { Refusal } from '../api/refusal.js';
import type { BodyValidator } from './body-schema.js';
import { refuse } from './errors.js';
import { isJsonMediaType, mediaTypeEssence } from './media-type.js';
import { parseJsonBody } from './strict-json.js';

export const DEFAULT_BODY_LIMIT = 1024 * 1024;

/** What a client that was refused for its size may still send: it reads the answer only when it has sent everything. */
const DRAINED_UP_TO = 32 * 1024 * 1024;

/** Bodies reach us as bytes whatever their type: Fastify's own parsers replace bad UTF-8 and let duplicate members pass. */
export const rawBodies = fastifyPlugin(
  async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes, done) => done(null, bytes));
    app.addHook('onSend', async (request, reply) => {
      // Fastify would close the connection at once, and the client would meet a broken pipe instead of the 413.
      if (reply.statusCode === 413 && Number(request.headers['content-length']) <= DRAINED_UP_TO) reply.removeHeader('connection');
    });
  },
  { name: 'raw-bodies', fastify: '5.x' },
);

/** What a route takes: JSON, or bytes of the media types that it lists. */
export type BodyForm = 'json' | readonly string[];

/** Refuses, before it is read, a body that the route does not take or that is of another type; JSON must be in UTF-8. */
export function checkBodyHeaders(headers: IncomingHttpHeaders, form: BodyForm | undefined): void {
  const announced = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (!announced) {
    if (form !== undefined) throw missing(form);
    return;
  }
  if (form === undefined) throw refuse('BODY_NOT_ALLOWED');
  const encoded = (headers['content-encoding'] ?? 'identity') !== 'identity';
  const type = headers['content-type'] ?? '';
  if (form === 'json' && (encoded || !isJsonMediaType(type))) throw refuse('MEDIA_TYPE_UNSUPPORTED');
  if (form !== 'json' && (encoded || !form.includes(mediaTypeEssence(type)))) {
    throw refuse('RAW_TYPE_UNSUPPORTED', `This route takes ${form.join(', ')}, without Content-Encoding.`);
  }
}

function missing(form: BodyForm): Refusal {
  return form === 'json' ? refuse('BODY_MISSING') : refuse('BODY_MISSING', `The body is missing: ${form.join(' or ')}.`);
}

/** The bytes as they came. Throws a Refusal (400) when there are none. */
export function readBytes(bytes: unknown, mediaTypes: readonly string[]): Uint8Array {
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) throw missing(mediaTypes);
  return bytes;
}

/** Parses and validates. Throws a Refusal (400) that names the place and never the value. */
export function readBody(bytes: unknown, validate: BodyValidator): unknown {
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) throw refuse('BODY_MISSING');
  const body = parseJsonBody(bytes);
  const errors = validate(body, bytes.length);
  if (errors.length === 0) return body;
  const count = errors.length === 1 ? 'One thing is' : `${errors.length} things are`;
  throw refuse('BODY_INVALID', `${count} not as the schema asks.`, { errors });
}
