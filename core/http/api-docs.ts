import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { Routes } from '../api/ports/routes.js';
import { refuse } from './errors.js';
import type { OpenApiDocument } from './openapi.js';

/** The page runs its own scripts and talks to its own origin; nothing is fetched from elsewhere. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The document as a route, so that it stands in itself. `document` is asked for at each request, since it holds this table. */
export function openapiRoutes(document: () => OpenApiDocument): Routes {
  const routes = {
    openapi: {
      method: 'GET',
      path: '/openapi.json',
      scope: 'public',
      summary: 'This document.',
      replies: { 200: { description: 'OpenAPI 3.1.', mediaTypes: ['application/json'] } },
    },
  } as const;
  return {
    table: { mount: '', routes },
    handlers: { openapi: async () => ({ status: 200, body: document(), headers: { 'cache-control': 'no-cache' } }) },
  };
}

/** A page to read and try the API, at /docs, from files of ours alone. */
export const apiDocs = fastifyPlugin<{ document: OpenApiDocument }>(
  async (app, { document }) => {
    await app.register(async (scope: FastifyInstance) => {
      // Static files fail with errors of their own (a range out of bounds, a path that climbs): all of them mean "not here".
      scope.setErrorHandler((error: { statusCode?: number }) => {
        throw error.statusCode !== undefined && error.statusCode < 500 ? refuse('NOT_FOUND') : error;
      });
      await scope.register(fastifySwagger, { mode: 'static', specification: { document: document as never } });
      await scope.register(fastifySwaggerUi, {
        routePrefix: '/docs',
        staticCSP: PAGE_POLICY,
        uiConfig: { layout: 'BaseLayout', validatorUrl: null, deepLinking: true, displayOperationId: true },
      });
    });
  },
  { name: 'api-docs', fastify: '5.x' },
);
