import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { route } from './edge.fixture.js';
import { openapiDocument } from './openapi.js';

const body = {
  $id: 'https://divoc.example/schemas/dose',
  $defs: { name: { type: 'string', 'x-personal': true } },
  type: 'object',
  properties: {
    name: { $ref: '#/$defs/name' },
    again: { $ref: 'https://divoc.example/schemas/dose#/$defs/name' },
    self: { $ref: '#' },
    $ref: { type: 'string' },
  },
};
const tables = {
  vaccinations: {
    mount: '/v1',
    routes: {
      create: route({
        method: 'POST',
        path: '/vaccinations',
        scope: 'vaccination:record',
        idempotent: true,
        body,
        replies: { 201: { description: 'Recorded.', schema: { type: 'object' } }, 409: { description: 'Conflict.' } },
      }),
      read: route({
        path: '/vaccinations/{id}',
        scope: 'vaccination:read',
        replies: { 200: { description: 'Found.', mediaTypes: ['application/json', 'text/html'] } },
      }),
      remove: route({
        method: 'DELETE',
        path: '/vaccinations/{vaccinationId}',
        scope: 'vaccination:remove',
        replies: { 204: { description: 'Gone.' } },
      }),
    },
  },
  download: { routes: { page: route({ path: '/{token}' }) } },
};
const document = openapiDocument(tables, { title: 'Test', version: '1.2.3', publicUrl: 'https://health.example' });
type Operation = {
  operationId: string;
  security: unknown[];
  parameters?: { name: string; in: string }[];
  responses: Record<string, unknown>;
  requestBody?: unknown;
};
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.values(item).map((operation) => [path, operation as Operation] as const),
);

describe('the OpenAPI document', () => {
  test('holds every route once, with a unique id', () => {
    expect(Object.keys(document.paths)).toEqual(['/v1/vaccinations', '/v1/vaccinations/{id}', '/x/download/{token}']);
    expect(operations.map(([, { operationId }]) => operationId)).toEqual([
      'vaccinations.create',
      'vaccinations.read',
      'vaccinations.remove',
      'download.page',
    ]);
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Test', version: '1.2.3' },
      servers: [{ url: 'https://health.example' }],
    });
  });

  test('declares each path parameter exactly once', () => {
    for (const [path, { parameters = [] }] of operations) {
      const inPath = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => `{${name}}`);
      expect(path.match(/\{\w+\}/g) ?? []).toEqual(inPath);
    }
  });

  test('asks for the scope, and for nothing where the route is public', () => {
    expect(operations.map(([, { security }]) => security)).toEqual([
      [{ bearer: ['vaccination:record'] }],
      [{ bearer: ['vaccination:read'] }],
      [{ bearer: ['vaccination:remove'] }],
      [],
    ]);
  });

  test('every reference points at something', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].map(([, reference]) => reference as string);
    expect(references.length).toBeGreaterThan(8);
    for (const reference of references) {
      const target = reference
        .split('/')
        .slice(1)
        .reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key.replaceAll('~1', '/')], document);
      expect(target, reference).toBeTypeOf('object');
    }
  });

  test('keeps annotations, and its schemas compile where they stand', () => {
    expect(JSON.stringify(document)).toContain('"x-personal":true');
    const ajv = new Ajv2020({ strict: false });
    ajv.addSchema({ $id: 'https://doc.example/', ...(document as object) });
    const validate = ajv.compile({ $ref: 'https://doc.example/#/components/schemas/vaccinations.create.body' });
    expect(validate({ name: 'a', self: { again: 'b' }, $ref: 'c' })).toBe(true);
    expect(validate({ self: { again: 5 } })).toBe(false);
  });

  test('answers every operation with problems too, and names the Idempotency-Key', () => {
    for (const [, { responses }] of operations) expect(responses.default).toEqual({ $ref: '#/components/responses/Problem' });
    const create = operations[0]?.[1];
    expect(create?.parameters).toMatchObject([{ name: 'Idempotency-Key', in: 'header' }]);
    expect(create?.responses['409']).toMatchObject({ content: { 'application/problem+json': {} } });
  });

  test('is well-formed as OpenAPI 3.1 asks', () => {
    const reference = { type: 'object', required: ['$ref'] };
    const response = {
      anyOf: [
        reference,
        {
          type: 'object',
          required: ['description'],
          properties: { description: { type: 'string' }, content: { type: 'object' } },
          additionalProperties: false,
        },
      ],
    };
    const operation = {
      type: 'object',
      required: ['operationId', 'responses', 'summary', 'security', 'tags'],
      properties: {
        operationId: { type: 'string' },
        summary: { type: 'string' },
        tags: { type: 'array' },
        security: { type: 'array' },
        parameters: { type: 'array' },
        requestBody: { type: 'object', required: ['content'] },
        responses: { type: 'object', patternProperties: { '^([1-5][0-9][0-9]|default)$': response }, additionalProperties: false },
      },
      additionalProperties: false,
    };
    const openapi = {
      type: 'object',
      required: ['openapi', 'info', 'paths'],
      properties: {
        openapi: { const: '3.1.0' },
        info: { type: 'object', required: ['title', 'version'] },
        servers: { type: 'array', items: { type: 'object', required: ['url'] } },
        tags: { type: 'array', items: { type: 'object', required: ['name'] } },
        paths: {
          type: 'object',
          patternProperties: {
            '^/': { type: 'object', patternProperties: { '^(get|post|put|patch|delete)$': operation }, additionalProperties: false },
          },
          additionalProperties: false,
        },
        components: {
          type: 'object',
          propertyNames: { enum: ['schemas', 'responses', 'securitySchemes'] },
          additionalProperties: { type: 'object', propertyNames: { pattern: '^[a-zA-Z0-9._-]+$' } },
        },
      },
      additionalProperties: false,
    };
    const ajv = new Ajv2020();
    ajv.validate(openapi, document);
    expect(ajv.errors ?? []).toEqual([]);
  });
});
