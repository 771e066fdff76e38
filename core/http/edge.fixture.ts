import type { Health, PartContext } from '../api/plugin.js';
import type { Auth } from '../api/ports/auth.js';
import type { RouteDeclaration, RouteHandler, Routes } from '../api/ports/routes.js';
import { Refusal } from '../api/refusal.js';
import type { Edge } from '../internal/edge.js';
import type { HouseHealth } from '../internal/health.js';
import type { Idempotency } from '../internal/idempotency.js';
import { edgePart } from './edge-part.js';

type Settings = Record<string, unknown>;

export interface RunningEdge {
  readonly url: string;
  readonly logged: { level: string; fields: object; message: string }[];
  readonly stop: () => Promise<void>;
}

/** The real edge on a free port, with the routes that a test gives it. */
export async function startEdge(
  parts: { routes?: Record<string, Routes>; auth?: Record<string, Auth>; idempotency?: Idempotency; health?: HouseHealth },
  settings: Settings = {},
): Promise<RunningEdge> {
  const logged: RunningEdge['logged'] = [];
  const at = (level: string) => (fields: object, message: string) => void logged.push({ level, fields, message });
  const context = {
    config: { port: 0, host: '127.0.0.1', trustProxy: false, title: 'Test', maxConcurrent: 512, drainSeconds: 0, ...settings },
    instance: 'http',
    tenant: 'main',
    profile: 'production',
    home: '/nowhere',
    adopter: '/nowhere',
    log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
    clock: { now: () => new Date() },
  } satisfies PartContext;
  const ports = { routes: {}, auth: {}, idempotency: undefined, health: undefined, ...parts };
  const part = await edgePart.setup(context as PartContext<never>, ports as never);
  await part.start?.();
  return { url: (part.ports.edge as Edge).address(), logged, stop: async () => part.stop?.() };
}

/** One route of a part, with the pieces that a test is not about filled in. */
export function route(declaration: Partial<RouteDeclaration>): RouteDeclaration {
  return { method: 'GET', path: '', scope: 'public', summary: 'A route.', replies: { 200: { description: 'Done.' } }, ...declaration };
}

/** Routes under `/x/<instance>`, or under `mount`. */
export function routesOf(routes: Record<string, [Partial<RouteDeclaration>, RouteHandler]>, mount?: string): Routes {
  return {
    table: {
      ...(mount !== undefined && { mount }),
      routes: Object.fromEntries(Object.entries(routes).map(([name, [declaration]]) => [name, route(declaration)])),
    },
    handlers: Object.fromEntries(Object.entries(routes).map(([name, [, handle]]) => [name, handle])),
  };
}

/** Knows `Bearer <name>:<scope> <scope>`; a token called `forged` is refused. */
export const plainAuth: Auth = {
  async authenticate(headers) {
    const [, id, scopes = ''] = /^Bearer ([a-z]+)(?::(.*))?$/.exec(headers.authorization ?? '') ?? [];
    if (id === undefined) return null;
    if (id === 'forged') throw new Refusal(401, 'TOKEN_FORGED', 'The token was not signed here.');
    return { id, roles: [], scopes: scopes.split(' ') };
  },
};

/** The idempotency port in memory. */
export function memoryIdempotency(): Idempotency {
  const kept = new Map<string, { bodyHash: string; reply?: { status: number; headers: Record<string, string>; body: string } }>();
  const keyOf = (...parts: string[]) => JSON.stringify(parts);
  return {
    async begin({ tenant, actor, route, key, bodyHash }) {
      const found = kept.get(keyOf(tenant, actor, route, key));
      if (!found) {
        kept.set(keyOf(tenant, actor, route, key), { bodyHash });
        return { state: 'new' };
      }
      if (found.bodyHash !== bodyHash) return { state: 'mismatch' };
      return found.reply ? { state: 'replay', ...found.reply } : { state: 'running' };
    },
    async finish({ tenant, actor, route, key, status, headers, body }) {
      const found = kept.get(keyOf(tenant, actor, route, key));
      if (found) found.reply = { status, headers, body };
    },
    async abandon({ tenant, actor, route, key }) {
      kept.delete(keyOf(tenant, actor, route, key));
    },
  };
}

export function houseHealthOf(answer: () => { started: boolean; parts: Record<string, Health> }): HouseHealth {
  return { check: async () => answer() };
}
