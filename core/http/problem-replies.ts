import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { Logger } from '../api/plugin.js';
import { refuse } from './errors.js';
import { faultRecord } from './fault-log.js';
import { problemFrom, problemOf } from './problem.js';
import { setSecurityHeaders } from './security-headers.js';
import { problemReplyOf, send } from './wire-reply.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the caller sent, parsed; only there so that a fault's log line can be kept free of it. */
    submitted: unknown[] | null;
  }
}

/** Every error of a route, and every path without one, becomes an RFC 9457 problem document. */
export const problemReplies = fastifyPlugin<{ log: Logger }>(
  async (app, { log }) => {
    const known: { pattern: RegExp; methods: string[] }[] = [];
    app.decorateRequest('submitted', null);
    app.addHook('onRoute', ({ url, method }) => {
      known.push({ pattern: patternOf(url), methods: [method].flat() });
    });
    app.setErrorHandler((error, request, reply) => sendProblem(log, error, request, reply));
    app.setNotFoundHandler((request, reply) => {
      const path = request.raw.url?.split('?', 1)[0] ?? '/';
      const allowed = new Set(known.flatMap(({ pattern, methods }) => (pattern.test(path) ? methods : [])));
      // A method that is known here got through to a handler that found nothing.
      const refusal =
        allowed.size > 0 && !allowed.has(request.method as HTTPMethods)
          ? refuse('METHOD_NOT_ALLOWED', undefined, { headers: { allow: [...allowed].sort().join(', ') } })
          : refuse('NOT_FOUND');
      return sendProblem(log, refusal, request, reply);
    });
  },
  { name: 'problem-replies', fastify: '5.x' },
);

function sendProblem(log: Logger, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemFrom(error, request.id);
  if (problem.unexpected) {
    const submitted = [request.submitted, request.params];
    const fault = {
      incident: request.id,
      method: request.method,
      route: request.routeOptions.url ?? null,
      error: faultRecord(error, submitted),
    };
    log.error(fault, 'a request failed unexpectedly');
  }
  return send(reply, problemReplyOf(problem));
}

/** For errors that Fastify meets before it has found a route, where no hook of ours runs. */
export function sendFrameworkProblem(log: Logger, error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  setSecurityHeaders(reply);
  sendProblem(log, error, request, reply);
}

/** For bytes that never became a request: all there is to answer is the socket. */
export function answerClientError(error: { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
  const problem = problemFrom(error, randomUUID());
  const { status, headers, payload } = problemReplyOf(problem.unexpected ? problemOf('REQUEST_MALFORMED') : problem);
  const lines = Object.entries({ ...headers, 'content-length': Buffer.byteLength(String(payload)), connection: 'close' });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${payload}`,
  );
}

/** A regular expression of a Fastify path: `:id` is one segment, `*` the rest, `::` a colon. */
function patternOf(url: string): RegExp {
  const source = url.replace(/::|:\w+|\*|[.\\+?^$|()[\]{}]/g, (piece) =>
    piece === '::' ? ':' : piece.startsWith(':') ? '[^/]+' : piece === '*' ? '.*' : `\\${piece}`,
  );
  return new RegExp(`^${source}$`);
}
