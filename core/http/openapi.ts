import type { JsonSchema } from '../api/plugin.js';
import { mountOf, type RouteDeclaration, type RouteTable } from '../api/ports/routes.js';
import { PROBLEM_MEDIA_TYPE } from './problem.js';

export interface ApiInfo {
  readonly title: string;
  readonly version: string;
  readonly publicUrl?: string | undefined;
}

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>>; readonly [kind: string]: unknown };
  readonly [member: string]: unknown;
}

/** The OpenAPI 3.1 document of a house, made of its route tables (by instance name) alone. */
export function openapiDocument(tables: Readonly<Record<string, RouteTable>>, { title, version, publicUrl }: ApiInfo): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {};
  const schemas: Record<string, unknown> = { Problem: PROBLEM_SCHEMA };
  const written = new Map<string, string>();
  for (const [instance, table] of Object.entries(tables)) {
    for (const [name, route] of Object.entries(table.routes)) {
      const own = `${mountOf(table, instance)}${route.path}`;
      // Two templates that differ in their parameters' names alone are one path (OpenAPI 3.1, Paths Object).
      const shape = own.replace(/\{\w+\}/g, '{}');
      const path = written.get(shape) ?? own;
      written.set(shape, path);
      paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(`${instance}.${name}`, instance, path, route, schemas) };
    }
  }
  return {
    openapi: '3.1.0',
    info: { title, version, description: 'Errors are RFC 9457 problem documents.' },
    servers: [{ url: publicUrl ?? '/' }],
    tags: Object.keys(tables).map((name) => ({ name })),
    paths,
    components: {
      schemas,
      responses: { Problem: problemReply('The request was refused, or failed.') },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A token; the roles of each operation are the scopes that it needs.' },
      },
    },
  };
}

function operationOf(
  id: string,
  tag: string,
  path: string,
  route: RouteDeclaration,
  schemas: Record<string, unknown>,
): Record<string, unknown> {
  const { summary, scope, idempotent } = route;
  const requestBody = requestBodyOf(id, route, schemas);
  const parameters: unknown[] = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  if (idempotent) parameters.push(IDEMPOTENCY_KEY);
  const responses = Object.entries(route.replies).map(([status, { description, schema, mediaTypes }]) => {
    if (Number(status) >= 400 && !schema && !mediaTypes) return [status, problemReply(description)];
    const content = schema ? { schema: placed(schemas, `${id}.${status}`, schema) } : {};
    const types = mediaTypes ?? (schema ? ['application/json'] : []);
    return [
      status,
      types.length === 0 ? { description } : { description, content: Object.fromEntries(types.map((type) => [type, content])) },
    ];
  });
  return {
    operationId: id,
    tags: [tag],
    summary,
    security: scope === 'public' ? [] : [{ bearer: [scope] }],
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody && { requestBody }),
    responses: { ...Object.fromEntries(responses), default: { $ref: '#/components/responses/Problem' } },
  };
}

function requestBodyOf(id: string, { body, raw }: RouteDeclaration, schemas: Record<string, unknown>): object | undefined {
  if (body) return { required: true, content: { 'application/json': { schema: placed(schemas, `${id}.body`, body) } } };
  // OpenAPI 3.1 describes bytes by their media type alone, without a schema.
  return raw && { required: true, content: Object.fromEntries(raw.mediaTypes.map((type) => [type, {}])) };
}

/** Puts a schema among the components, where its own `#/…` references are made to point, and gives the reference to it. */
function placed(schemas: Record<string, unknown>, name: string, schema: JsonSchema): { $ref: string } {
  const { $id, $schema, ...rest } = schema;
  const place = `#/components/schemas/${name}`;
  const move = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(move);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => {
        if (key !== '$ref' || typeof member !== 'string') return [key, move(member)];
        const local = typeof $id === 'string' && member.startsWith(`${$id}#`) ? member.slice($id.length) : member === $id ? '#' : member;
        return [key, local.startsWith('#') ? `${place}${local.slice(1)}` : local];
      }),
    );
  };
  schemas[name] = move(rest);
  return { $ref: place };
}

const problemReply = (description: string) => ({
  description,
  content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
});

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'Names the request for 24 hours: sent again with the same key it is answered again and not carried out again.',
  schema: { type: 'string', pattern: '^[!-~]{1,255}$' },
};

const text = (description: string) => ({ type: 'string', description });

const PROBLEM_SCHEMA: JsonSchema = {
  type: 'object',
  description: 'RFC 9457 problem details.',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: text('A URN of the code.'),
    title: text('What kind of mistake it is.'),
    status: { type: 'integer', description: 'The HTTP status.' },
    code: text('What programs should look at.'),
    detail: text('What is wrong this time.'),
    fix: text('How to mend it.'),
    incident: text('Finds an unexpected fault in our log.'),
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'code', 'detail'],
        properties: {
          pointer: text('RFC 6901 JSON Pointer into the body.'),
          code: text('The kind of fault.'),
          detail: text('What is wrong there.'),
          fix: text('How to mend it.'),
        },
      },
    },
  },
};
