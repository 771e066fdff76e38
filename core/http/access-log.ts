import fastifyPlugin from 'fastify-plugin';
import type { Logger } from '../api/plugin.js';

/** One line a request: the route's pattern and never its URL, since identifiers and tokens stand in paths and queries. */
export const accessLog = fastifyPlugin<{ log: Logger }>(
  async (app, { log }) => {
    app.addHook('onResponse', async (request, reply) => {
      const route = request.is404 ? null : (request.routeOptions.url ?? null);
      const ms = Math.round(reply.elapsedTime * 10) / 10;
      log.info({ method: request.method, route, status: reply.statusCode, ms, requestId: request.id }, 'request');
    });
  },
  { name: 'access-log', fastify: '5.x' },
);
