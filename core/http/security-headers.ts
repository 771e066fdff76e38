import type { FastifyReply } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

const NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** A page may be styled and show its own pictures; it runs no script unless its handler says so. */
const PAGE = `${NOTHING}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:`;

/** The safe defaults of every reply; a header that a handler has set stays. */
export function setSecurityHeaders(reply: FastifyReply): void {
  const isPage = String(reply.getHeader('content-type') ?? '').startsWith('text/html');
  const defaults = {
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'content-security-policy': isPage ? PAGE : NOTHING,
    'referrer-policy': 'no-referrer',
    'x-request-id': reply.request.id,
  };
  for (const [name, value] of Object.entries(defaults)) if (!reply.hasHeader(name)) reply.header(name, value);
}

export const securityHeaders = fastifyPlugin(
  async (app) => {
    app.addHook('onSend', async (_request, reply) => setSecurityHeaders(reply));
  },
  { name: 'security-headers', fastify: '5.x' },
);
