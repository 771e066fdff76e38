import type { Logger } from '../api/plugin.js';
import type { RouteDeclaration } from '../api/ports/routes.js';
import { openapiRoutes } from '../http/api-docs.js';
import { healthRoutes } from '../http/health-routes.js';

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const unasked = (): never => {
  throw new Error('only its table is read');
};

/** What the edge answers by itself, beside the routes of the parts. */
export const ownRoutes: readonly Pick<RouteDeclaration, 'method' | 'path' | 'scope' | 'summary'>[] = [
  ...Object.values(healthRoutes(undefined, { started: false, stopping: false }, silent).table.routes),
  ...Object.values(openapiRoutes(unasked).table.routes),
  { method: 'GET', path: '/docs/*', scope: 'public', summary: 'A page to read and try the API.' },
];
