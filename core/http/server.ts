import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from '../api/plugin.js';
import { answerClientError, sendFrameworkProblem } from './problem-replies.js';
import { DEFAULT_BODY_LIMIT } from './request-body.js';
import type { TlsPair } from './self-signed.js';

const SECOND = 1000;

/** Fastify with limits on all that a stranger can make it hold: sizes, times and connections. */
export function createServer(
  { trustProxy, tls }: { readonly trustProxy: boolean; readonly tls?: TlsPair | undefined },
  log: Logger,
): FastifyInstance {
  return Fastify({
    ...((tls && { https: tls }) as object),
    // Our own access log: Fastify's would hold URLs and addresses.
    logger: false,
    trustProxy,
    bodyLimit: DEFAULT_BODY_LIMIT,
    // Sent by the caller, a request id could be anything.
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    // A request must arrive within 30 s (slowloris); a handler may take longer, a silent socket may not.
    requestTimeout: 30 * SECOND,
    connectionTimeout: 120 * SECOND,
    // Longer than the 60 s of usual load balancers, so that it is never we who close the connection they are about to use.
    keepAliveTimeout: 65 * SECOND,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // Queries are parsed by us, since repeated parameters must be refused and not become lists.
    routerOptions: { maxParamLength: 500, querystringParser: () => ({}) },
    frameworkErrors: (error, request, reply) => sendFrameworkProblem(log, error, request, reply),
    clientErrorHandler: answerClientError,
  });
}
