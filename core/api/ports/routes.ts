import type { JsonSchema } from '../plugin.js';
import { declare, definePort, type Provision } from '../port.js';

/** Who asks. `id` is stable and not personal; `scopes` are `<service>:<verb>`. */
export interface Actor {
  readonly id: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
}

export interface RouteRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Parsed and validated JSON where the route declares a body schema, bytes (Uint8Array) where it declares `raw`, else undefined. */
  readonly body: unknown;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The authenticated caller; null only on a public route. */
  readonly actor: Actor | null;
}

export interface RouteReply {
  status: number;
  headers?: Record<string, string>;
  /** Sent as it is when a string or bytes, else as JSON. */
  body?: unknown;
  /** Default application/json for objects. */
  mediaType?: string;
}

/** A route is data; the plan shows it before anything runs. */
export interface RouteDeclaration {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Relative to the mount; parameters as `{id}`. */
  readonly path: string;
  /** `<service>:<verb>`, or the literal `public`: nothing is public by omission. */
  readonly scope: string;
  readonly summary: string;
  /** Schema of the JSON body; a route with neither this nor `raw` takes no body. */
  readonly body?: JsonSchema;
  /** Takes a body of one of these media types, in lower case and without parameters, and gives its bytes as they came. */
  readonly raw?: { readonly mediaTypes: readonly string[] };
  /** Largest body in bytes; default 1 MiB. */
  readonly bodyLimit?: number;
  /** Takes an Idempotency-Key (24 h). Only for routes whose reply holds nothing personal. */
  readonly idempotent?: boolean;
  /** Replies by status: what they mean, and their schema or media types. */
  readonly replies: Readonly<Record<number, { description: string; schema?: JsonSchema; mediaTypes?: readonly string[] }>>;
}

export interface RouteTable {
  /** Where the routes hang. Without it a plugin's routes stand under `/x/<instance>`. */
  readonly mount?: string;
  readonly routes: Readonly<Record<string, RouteDeclaration>>;
}

export type RouteHandler = (request: RouteRequest) => Promise<RouteReply>;
export interface Routes {
  readonly table: RouteTable;
  readonly handlers: Readonly<Record<string, RouteHandler>>;
}

/** The prefix under which a part's routes are served. */
export function mountOf(table: RouteTable, instance: string): string {
  return table.mount ?? `/x/${instance}`;
}

/** HTTP routes, served by the edge. Parameters' names do not count: `/a/{x}` and `/a/{y}` are one claim. */
export const routes = definePort<Routes, RouteTable>('routes', 1, {
  claims: (table, instance) =>
    Object.values(table.routes).map((route) => `${route.method} ${`${mountOf(table, instance)}${route.path}`.replace(/\{[^}]*\}/g, '{}')}`),
});

/** `provides: { routes: declareRoutes(table) }` */
export const declareRoutes = (table: RouteTable): Provision<Routes, RouteTable> => declare(routes, table);
