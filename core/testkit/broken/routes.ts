import type { RouteHandler, RouteTable } from '../../api/ports/routes.js';
import { Refusal } from '../../api/refusal.js';
import type { RoutesSubject } from '../routes-contract.js';

const table: RouteTable = {
  routes: {
    read: {
      method: 'GET',
      path: '/things/{id}',
      scope: 'things:read',
      summary: 'A thing.',
      replies: { 200: { description: 'As text.', mediaTypes: ['text/plain'] }, 404: { description: 'There is none.' } },
    },
    make: {
      method: 'POST',
      path: '/things',
      scope: 'things:make',
      summary: 'Makes a thing.',
      body: { type: 'object', additionalProperties: false, required: ['name'], properties: { name: { type: 'string' } } },
      replies: { 201: { description: 'Made.' } },
    },
  },
};

interface Habits {
  readonly table?: RouteTable;
  readonly read?: RouteHandler;
}

const read: RouteHandler = async ({ params }) => {
  if (params.id !== 't1') throw new Refusal(404, 'THING_UNKNOWN', 'There is no such thing.');
  return { status: 200, mediaType: 'text/plain; charset=utf-8', body: 'a thing' };
};

/** Routes of things, of which there is one. With its habits left as they are they keep every promise. */
export const soundRoutes = (habits: Habits = {}): RoutesSubject => ({
  routes: {
    table: habits.table ?? table,
    handlers: { read: habits.read ?? read, make: async ({ body }) => ({ status: 201, body }) },
  },
  samples: { read: { params: { id: 't1' } }, make: { body: { name: 'x' } } },
});

/** For each promise of the contract routes that break it and no other. */
export const brokenRoutes: Readonly<Record<string, () => RoutesSubject>> = {
  'its table can be served: each route with its handler, and nothing declared wrongly': () =>
    soundRoutes({ table: { routes: { ...table.routes, read: { ...table.routes.read!, scope: 'everybody' } } } }),
  'what it grants is as it declares it': () =>
    soundRoutes({
      read: async (request) => ({ ...(await read(request)), ...(request.query.limit === undefined && { mediaType: 'text/html' }) }),
    }),
  'what is not there and what nobody would ask is answered or refused, and is no fault': () =>
    soundRoutes({
      read: async (request) => {
        decodeURIComponent(request.params.id ?? '');
        return read(request);
      },
    }),
  'a refusal does not repeat what was asked': () =>
    soundRoutes({
      read: async ({ params, ...rest }) => {
        if (params.id !== 't1') throw new Refusal(404, 'THING_UNKNOWN', `There is no ${params.id}.`);
        return read({ params, ...rest });
      },
    }),
};
