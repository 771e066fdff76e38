import type { JsonSchema, PartDescriptor } from '../api/plugin.js';
import type { BuiltIns } from '../kernel/entries.js';
import { manifestSchema } from '../kernel/manifest-schema.js';

export interface SchemaSources {
  /** By the name of their package. */
  readonly plugins: ReadonlyMap<string, PartDescriptor>;
  readonly builtIns: BuiltIns;
  /** The instances of one manifest that provide a port, to be offered where one is named. */
  readonly instances?: ReadonlyMap<string, readonly string[]>;
}

type Schema = { readonly [keyword: string]: unknown };
type Properties = Readonly<Record<string, Schema>>;

const NO_SETTINGS = { type: 'object', additionalProperties: false } as const;
const SECRET = {
  type: 'object',
  additionalProperties: false,
  required: ['$secret'],
  properties: {
    $secret: { type: 'string', pattern: '^[A-Z][A-Z0-9_]*$', description: 'An environment variable, or with _FILE one that names a file.' },
  },
} as const;

/**
 * One JSON Schema (draft 2020-12) of a manifest's file, for editors: the kernel's own schema, with the settings of each
 * plugin where an entry uses it and of each service under its name.
 *
 * A file with a name that extends nothing must be complete. In all others what is required may stand in the other file,
 * and null takes away.
 */
export function adopterSchema(sources: SchemaSources): JsonSchema {
  const parts = [...sources.plugins].sort(([a], [b]) => (a < b ? -1 : 1));
  const services = Object.entries(sources.builtIns);
  const $defs: Record<string, Schema> = {};
  for (const [name, { config = NO_SETTINGS }] of [...parts, ...services.map(([service, b]) => [service, b.descriptor] as const)]) {
    for (const [suffix, isPart] of [['', false] as const, [' (part)', true] as const]) {
      const place = `${name}${suffix}`;
      $defs[place] = settingsSchema(config, `#/$defs/${place.replaceAll('~', '~0').replaceAll('/', '~1')}`, isPart, sources.instances);
    }
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A manifest of DIVOC (adopter.yaml)',
    type: 'object',
    if: { required: ['name'], not: { required: ['extends'] } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: fileSchema(parts, services, false),
    else: fileSchema(parts, services, true),
    $defs,
  };
}

function fileSchema(
  parts: readonly (readonly [string, PartDescriptor])[],
  services: readonly (readonly [string, BuiltIns[string]])[],
  isPart: boolean,
): Schema {
  const { plugins, services: _, ...others } = manifestSchema.properties as Properties;
  const entry = (plugins as { additionalProperties: { properties: Properties } }).additionalProperties;
  const uses = parts.flatMap(([name]) => namesOf(name));
  const withSettings = (place: string, { config }: PartDescriptor) => ({
    ...(!isPart && Array.isArray(config?.required) && config.required.length > 0 && { required: ['with'] }),
    properties: { with: { $ref: `#/$defs/${escaped(place + (isPart ? ' (part)' : ''))}` } },
  });
  return {
    ...manifestSchema,
    ...(isPart && { required: [] }),
    properties: {
      ...others,
      plugins: {
        ...plugins,
        description: 'Instance name: which plugin, in which versions, with which settings.',
        additionalProperties: {
          ...entry,
          type: isPart ? ['object', 'null'] : 'object',
          ...(isPart && { required: [] }),
          properties: {
            ...entry.properties,
            // An open list: whoever installs another plugin need not make this schema anew to go on working.
            use: { anyOf: [{ enum: uses }, { ...entry.properties.use }], description: 'The plugin: its package, without @divoc/.' },
            version: { ...entry.properties.version, description: 'A range of versions: ^0.1' },
          },
          allOf: parts.map(([name, descriptor]) => ({
            if: { type: 'object', required: ['use'], properties: { use: { enum: namesOf(name) } } },
            // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
            then: { description: descriptor.summary, ...withSettings(name, descriptor) },
          })),
        },
      },
      services: {
        type: 'object',
        additionalProperties: false,
        description: 'The services that run, with their settings.',
        properties: Object.fromEntries(
          services.map(([name, { descriptor }]) => [
            name,
            {
              type: isPart ? ['object', 'null'] : 'object',
              additionalProperties: false,
              description: descriptor.summary,
              ...withSettings(name, descriptor),
            },
          ]),
        ),
      },
    },
  };
}

const escaped = (name: string): string => encodeURI(name.replaceAll('~', '~0').replaceAll('/', '~1'));
const namesOf = (packageName: string): string[] => [...(packageName.startsWith('@divoc/') ? [packageName.slice(7)] : []), packageName];

/** A part's settings as its own schema has them, made to stand at `place`: secrets as references, instances as suggestions. */
function settingsSchema(schema: JsonSchema, place: string, isPart: boolean, instances: SchemaSources['instances']): Schema {
  const keep = (value: unknown): unknown => (Array.isArray(value) ? value.map(adapt) : adapt(value));
  const adapt = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const node = value as Schema;
    const { 'x-secret': isSecret, 'x-instance': port, 'x-file': isFile, $id: _, $schema: __, ...own } = node;
    const text = typeof own.description === 'string' ? { description: own.description } : {};
    if (isSecret === true) return { ...SECRET, ...text };
    const adapted = Object.fromEntries(
      Object.entries(own).flatMap(([keyword, member]): [string, unknown][] => {
        if (keyword.startsWith('x-')) return [];
        if (isPart && ['required', 'minProperties', 'dependentRequired'].includes(keyword)) return [];
        if (DATA.has(keyword)) return [[keyword, member]];
        if (keyword === '$ref') return [[keyword, String(member).startsWith('#') ? encodeURI(place) + String(member).slice(1) : member]];
        if (MAPS.has(keyword)) {
          const members = Object.entries(member as object).map(([name, child]) => [name, keep(child)] as const);
          // In a file that extends another, null takes a setting away.
          const removable = isPart && keyword === 'properties';
          return [[keyword, Object.fromEntries(members.map(([name, child]) => [name, removable ? orNull(child) : child]))]];
        }
        return [[keyword, keep(member)]];
      }),
    );
    if (typeof port !== 'string')
      return { ...adapted, ...(isFile === true && { description: words(text, 'A file beside this manifest.') }) };
    const examples = instances?.get(port);
    return { ...adapted, description: words(text, `Names an instance that provides ${port}.`), ...(examples && { examples }) };
  };
  return adapt(schema) as Schema;
}

/** Keywords whose values are data, and whose members are names rather than keywords. */
const DATA = new Set(['const', 'enum', 'default', 'examples', 'required', 'type']);
const MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);

const words = (own: { description?: string }, more: string): string => [own.description, more].filter(Boolean).join(' ');
const orNull = (schema: unknown): Schema => ({ anyOf: [schema, { type: 'null' }] });
