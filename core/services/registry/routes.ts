import {
  type JsonSchema,
  type ListOptions,
  Refusal,
  type Registry,
  type RegistryEntry,
  type RegistryTypeName,
  type RouteDeclaration,
  type RouteHandler,
  type RouteReply,
  type RouteRequest,
  type RouteTable,
} from '../../api/index.js';
import { ifMatch } from '../../internal/index.js';
import { COLLECTIONS, TYPE_NAMES } from './record-types.js';

const outcome: JsonSchema = {
  type: 'object',
  properties: {
    outcome: { enum: ['created', 'unchanged', 'changed'] },
    id: { type: 'string', format: 'uuid' },
    version: { type: 'integer', minimum: 1 },
  },
};

function entry(record: JsonSchema): JsonSchema {
  return {
    type: 'object',
    properties: {
      id: { type: 'string', format: 'uuid' },
      version: { type: 'integer', minimum: 1 },
      state: { enum: ['active', 'retired'] },
      changedAt: { type: 'string', format: 'date-time' },
      record: { type: 'object', properties: record.properties ?? {}, description: 'Personal fields only with registry:read-personal.' },
    },
  };
}

/** The routes of all types; before setup their schemas are not known, the paths and scopes are. */
export function registryRoutes(schemas: Readonly<Partial<Record<RegistryTypeName, JsonSchema>>> = {}): RouteTable {
  return { mount: '/v1', routes: Object.assign({}, ...TYPE_NAMES.map((name) => routesOfType(name, schemas[name] ?? {}))) };
}

function routesOfType(name: RegistryTypeName, schema: JsonSchema): Record<string, RouteDeclaration> {
  const path = `/${COLLECTIONS[name]}`;
  const one = entry(schema);
  const list = { type: 'object', properties: { items: { type: 'array', items: one }, next: { type: 'string' } } };
  const found = { 200: { description: 'It is here.', schema: one }, 404: { description: 'There is none with this id.' } };
  const refusals = {
    400: { description: 'The record does not fit its schema.' },
    409: { description: 'It was taken out of use (ENTITY_RETIRED).' },
    412: { description: 'It is at another version than If-Match says.' },
  };
  const act = (verb: string, summary: string): RouteDeclaration => ({
    method: 'POST',
    path: `${path}/{id}/${verb}`,
    scope: 'registry:write',
    summary,
    replies: found,
  });
  const read = { method: 'GET', scope: 'registry:read' } as const;
  return {
    [`${name}.list`]: {
      ...read,
      path,
      summary: `Lists what is known of type ${name}: after, limit, state, and fields marked x-index by their dotted names.`,
      replies: { 200: { description: 'A page.', schema: list }, 400: { description: 'There is no such filter.' } },
    },
    [`${name}.get`]: { ...read, path: `${path}/{id}`, summary: `One entity of type ${name}.`, replies: found },
    [`${name}.put`]: {
      method: 'POST',
      path,
      scope: 'registry:write',
      summary: `Creates the ${name} that the record's key names, or changes it.`,
      body: schema,
      replies: {
        200: { description: 'Unchanged or changed.', schema: outcome },
        201: { description: 'Created.', schema: outcome },
        ...refusals,
      },
    },
    [`${name}.change`]: {
      method: 'PUT',
      path: `${path}/{id}`,
      scope: 'registry:write',
      summary: `Gives one ${name} a new version; If-Match names the one that was seen.`,
      body: schema,
      replies: {
        200: { description: 'Unchanged or changed.', schema: outcome },
        ...refusals,
        404: found[404],
        422: { description: 'The record is that of another entity (KEY_DIFFERS).' },
      },
    },
    [`${name}.retire`]: act('retirements', `Takes one ${name} out of use; its versions are kept.`),
    [`${name}.reinstate`]: act('reinstatements', `Takes one ${name} into use again.`),
  };
}

export function registryHandlers(registry: Registry): Record<string, RouteHandler> {
  return Object.assign({}, ...TYPE_NAMES.map((name) => handlersOfType(registry, name)));
}

function handlersOfType(registry: Registry, name: RegistryTypeName): Record<string, RouteHandler> {
  const collection = `/v1/${COLLECTIONS[name]}`;
  const put = async ({ body, actor, headers, params }: RouteRequest): Promise<RouteReply> => {
    const ifVersion = ifMatch(headers['if-match']);
    const done = await registry.put(name, body as Record<string, unknown>, actor!, {
      ...(ifVersion !== undefined && { ifVersion }),
      ...(params.id !== undefined && { id: params.id }),
    });
    return {
      status: done.outcome === 'created' ? 201 : 200,
      headers: { location: `${collection}/${done.id}`, etag: `"${done.version}"` },
      body: done,
    };
  };
  return {
    [`${name}.list`]: async ({ query, actor }) => ({ status: 200, body: await registry.list(name, listOptions(query), actor!) }),
    [`${name}.get`]: async ({ params, actor }) => replyOf(await registry.get(name, params.id ?? '', actor!)),
    [`${name}.put`]: put,
    [`${name}.change`]: put,
    [`${name}.retire`]: async ({ params, actor }) => replyOf(await registry.setState(name, params.id ?? '', 'retired', actor!)),
    [`${name}.reinstate`]: async ({ params, actor }) => replyOf(await registry.setState(name, params.id ?? '', 'active', actor!)),
  };
}

const replyOf = (found: RegistryEntry): RouteReply => ({ status: 200, headers: { etag: `"${found.version}"` }, body: found });

function listOptions({ after, limit, state, ...where }: Readonly<Record<string, string>>): ListOptions {
  if (limit !== undefined && !/^([1-9]\d?|1\d\d|200)$/.test(limit))
    throw new Refusal(400, 'LIMIT_INVALID', 'limit must be a number from 1 to 200.');
  if (state !== undefined && state !== 'active' && state !== 'retired')
    throw new Refusal(400, 'STATE_UNKNOWN', 'state must be active or retired.');
  return {
    ...(after !== undefined && { after }),
    ...(limit !== undefined && { limit: Number(limit) }),
    ...(state !== undefined && { state }),
    where,
  };
}
