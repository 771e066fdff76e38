import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { definePlugin, type JsonSchema } from '../api/plugin.js';
import { many, optional } from '../api/port.js';
import { auth } from '../api/ports/auth.js';
import { type Routes, routes } from '../api/ports/routes.js';
import { edge } from '../internal/edge.js';
import { houseHealth } from '../internal/health.js';
import { idempotency } from '../internal/idempotency.js';
import { accessLog } from './access-log.js';
import { admission } from './admission.js';
import { apiDocs, openapiRoutes } from './api-docs.js';
import { healthRoutes, type Phase } from './health-routes.js';
import { type OpenApiDocument, openapiDocument } from './openapi.js';
import { problemReplies } from './problem-replies.js';
import { rawBodies } from './request-body.js';
import { securityHeaders } from './security-headers.js';
import { type RouteService, serveRoutes } from './serve-routes.js';
import { createServer } from './server.js';
import { checkTls, type TlsConfig, tlsConfig, tlsPair } from './tls.js';

export interface EdgeConfig {
  readonly port: number;
  readonly host: string;
  readonly publicUrl?: string;
  readonly trustProxy: boolean;
  readonly title: string;
  readonly maxConcurrent: number;
  readonly drainSeconds: number;
  readonly tls?: TlsConfig;
}

/** What still runs after this is cut off: a reader that does not read must not keep the house from stopping. */
const GRACE_SECONDS = 4;

const config: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    port: { type: 'integer', minimum: 0, maximum: 65535, default: 8080, description: '0: any free port.' },
    host: { type: 'string', minLength: 1, default: '127.0.0.1' },
    publicUrl: { type: 'string', format: 'uri', description: 'Where the world finds this edge.' },
    trustProxy: { type: 'boolean', default: false, description: 'Believe X-Forwarded-* headers: only behind a proxy that sets them.' },
    title: { type: 'string', minLength: 1, default: 'DIVOC', description: 'The title of the API documentation.' },
    maxConcurrent: { type: 'integer', minimum: 1, default: 512, description: 'Requests carried out at a time; more are refused with 503.' },
    drainSeconds: {
      type: 'integer',
      minimum: 0,
      maximum: 5,
      default: 0,
      description: 'From "not ready" to the last request: time for a load balancer to notice.',
    },
    tls: tlsConfig,
  },
};

const { version } = createRequire(import.meta.url)('@divoc/core/package.json') as { version: string };

/** The HTTP edge: serves the routes of all parts, and with them health, OpenAPI and its page. */
export const edgePart = definePlugin<EdgeConfig>()({
  id: 'http',
  summary: 'Serves the routes of all parts over HTTP, with authentication, validation, problem documents, OpenAPI and health.',
  config,
  uses: { routes: many(routes), auth: many(auth), idempotency: optional(idempotency), health: optional(houseHealth) },
  provides: { edge },
  check: ({ config: { tls }, profile }) => checkTls(tls, profile),
  async setup({ config, instance, tenant, log, clock }, ports) {
    const phase: Phase = { started: false, stopping: false };
    const { trustProxy, tls, host } = config;
    const app = createServer({ trustProxy, tls: tls && tlsPair(tls, host, clock.now()) }, log);
    await app.register(securityHeaders);
    await app.register(problemReplies, { log });
    await app.register(accessLog, { log });
    await app.register(rawBodies);
    // So that clients open their next connection elsewhere.
    app.addHook('onSend', async (_request, reply) => {
      if (phase.stopping) reply.header('connection', 'close');
    });

    const service: RouteService = {
      tenant,
      clock,
      log,
      auths: Object.values(ports.auth),
      idempotency: ports.idempotency,
      admit: admission(config.maxConcurrent),
    };
    for (const [name, provided] of Object.entries(ports.routes)) await serveRoutes(app, name, provided, service);

    // Probes must answer above all when the house is full, so they pass without admission.
    const own = merged(
      healthRoutes(ports.health, phase, log),
      openapiRoutes(() => document),
    );
    await serveRoutes(app, instance, own, { ...service, admit: (work) => work() });
    const tables = Object.fromEntries(Object.entries({ ...ports.routes, [instance]: own }).map(([name, { table }]) => [name, table]));
    const document: OpenApiDocument = openapiDocument(tables, { title: config.title, version, publicUrl: config.publicUrl });
    await app.register(apiDocs, { document });
    await app.ready();
    log.debug({ tree: app.printPlugins() }, 'edge plugins');

    return {
      ports: {
        edge: {
          address() {
            if (!phase.started) throw new Error('the edge does not listen yet');
            return app.listeningOrigin;
          },
        },
      },
      async start() {
        await app.listen({ port: config.port, host: config.host });
        phase.started = true;
        log.info({ address: app.listeningOrigin }, 'listening');
      },
      async stop() {
        phase.stopping = true;
        await sleep(config.drainSeconds * 1000);
        await closeServer(app);
      },
      health: async () => ({ status: phase.started && !phase.stopping ? 'pass' : 'fail' }),
    };
  },
});

/** Fastify closes the connections that are idle at this moment; those that become idle later are closed here. */
async function closeServer(app: FastifyInstance): Promise<void> {
  const sweep = setInterval(() => app.server.closeIdleConnections(), 100);
  const cut = setTimeout(() => app.server.closeAllConnections(), GRACE_SECONDS * 1000);
  await app.close();
  clearInterval(sweep);
  clearTimeout(cut);
}

function merged(a: Routes, b: Routes): Routes {
  return { table: { mount: '', routes: { ...a.table.routes, ...b.table.routes } }, handlers: { ...a.handlers, ...b.handlers } };
}
