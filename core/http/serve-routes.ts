import type { FastifyInstance, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { Clock, Logger } from '../api/plugin.js';
import type { Auth } from '../api/ports/auth.js';
import { type Actor, mountOf, type RouteDeclaration, type RouteHandler, type Routes } from '../api/ports/routes.js';
import type { Idempotency } from '../internal/idempotency.js';
import { routeMistakes } from '../internal/route-check.js';
import { authorize } from './authentication.js';
import { compileBodySchema } from './body-schema.js';
import { refuse } from './errors.js';
import { once } from './idempotent-replies.js';
import { parseQuery } from './query.js';
import { type BodyForm, checkBodyHeaders, DEFAULT_BODY_LIMIT, readBody, readBytes } from './request-body.js';
import { send, wireReplyOf } from './wire-reply.js';

declare module 'fastify' {
  interface FastifyRequest {
    actor: Actor | null;
  }
}

export interface RouteService {
  readonly tenant: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly auths: readonly Auth[];
  readonly idempotency: Idempotency | undefined;
  /** Runs a handler, or refuses when too many run already. */
  readonly admit: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Serves the routes of one part, under its mount. Rejects with all that is wrong with them. */
export async function serveRoutes(app: FastifyInstance, instance: string, routes: Routes, service: RouteService): Promise<void> {
  const mistakes = routeMistakes(routes);
  if (mistakes.length > 0) throw new Error(`${instance}: ${mistakes.join('; ')}`);
  const part = async (scope: FastifyInstance): Promise<void> => {
    for (const [name, route] of Object.entries(routes.table.routes)) {
      const url = `${mountOf(routes.table, instance)}${route.path}`;
      serveRoute(scope, { name: `${instance}.${name}`, url, route, handle: routes.handlers[name] as RouteHandler }, service);
    }
  };
  await app.register(fastifyPlugin(part, { name: `routes of ${instance}`, fastify: '5.x' }));
}

interface ServedRoute {
  /** `<instance>.<name>`, unique in the house. */
  readonly name: string;
  readonly url: string;
  readonly route: RouteDeclaration;
  readonly handle: RouteHandler;
}

function serveRoute(app: FastifyInstance, { name, url, route, handle }: ServedRoute, service: RouteService): void {
  const validate = route.body && compiled(name, route.body);
  const { raw } = route;
  const form: BodyForm | undefined = validate ? 'json' : raw?.mediaTypes;
  app.route({
    method: route.method,
    url: fastifyPath(url),
    bodyLimit: route.bodyLimit ?? DEFAULT_BODY_LIMIT,
    // Before the body is read: strangers do not get to fill our memory.
    onRequest: async (request) => {
      if (Object.values(paramsOf(request)).includes('')) throw refuse('NOT_FOUND');
      if (route.scope !== 'public') request.actor = await authorize(service.auths, headersOf(request), route.scope);
      checkBodyHeaders(request.headers, form);
    },
    handler: async (request, reply) => {
      const params = paramsOf(request);
      const query = parseQuery(request.raw.url ?? '');
      const body = validate ? readBody(request.body, validate) : raw && readBytes(request.body, raw.mediaTypes);
      const headers = headersOf(request);
      request.submitted = [query, body];
      const work = () => service.admit(async () => wireReplyOf(await handle({ params, query, body, headers, actor: request.actor })));
      const key = route.idempotent ? headers['idempotency-key'] : undefined;
      const attempt = { tenant: service.tenant, actor: request.actor?.id ?? '', route: name, key, params, query, bytes: request.body };
      return send(reply, await once(service, attempt, work));
    },
  });
}

function compiled(name: string, schema: NonNullable<RouteDeclaration['body']>) {
  try {
    return compileBodySchema(schema);
  } catch (cause) {
    throw new Error(`the body schema of ${name} is unsound: ${(cause as Error).message}`, { cause });
  }
}

/** `{id}` becomes `:id`; a colon of the path itself is doubled. */
function fastifyPath(path: string): string {
  return path.replaceAll(':', '::').replace(/\{(\w+)\}/g, ':$1');
}

const paramsOf = (request: FastifyRequest) => request.params as Readonly<Record<string, string>>;
/** Of all headers only set-cookie can be a list, and requests have none. */
const headersOf = (request: FastifyRequest) => request.headers as Readonly<Record<string, string | undefined>>;
