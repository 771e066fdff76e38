import type { JsonSchema } from '../api/plugin.js';

const name = { type: 'string', pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$', maxLength: 40 } as const;
const settings = { type: 'object' } as const;

/** The manifest's own shape (`apiVersion: divoc/v1`). Settings under `with` are checked against each part's schema. */
export const manifestSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['apiVersion', 'name'],
  properties: {
    apiVersion: { const: 'divoc/v1' },
    name,
    tenant: { ...name, default: 'main' },
    profile: { enum: ['development', 'production'], default: 'production' },
    extends: { type: 'array', items: { type: 'string', minLength: 1 } },
    plugins: {
      type: 'object',
      default: {},
      propertyNames: name,
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['use'],
        properties: {
          use: { type: 'string', pattern: '^(@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*$' },
          version: { type: 'string', minLength: 1 },
          with: settings,
        },
      },
    },
    services: {
      type: 'object',
      default: {},
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        properties: { with: settings },
      },
    },
  },
};

export interface Manifest {
  readonly name: string;
  readonly tenant: string;
  readonly profile: 'development' | 'production';
  readonly plugins: Readonly<Record<string, { readonly use: string; readonly version?: string; readonly with?: unknown }>>;
  readonly services: Readonly<Record<string, { readonly with?: unknown }>>;
}
