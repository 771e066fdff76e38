import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { applyMergePatch } from '../api/merge-patch.js';
import type { JsonSchema } from '../api/plugin.js';
import { houseFolder } from '../internal/house-folder.js';
import { UsageError } from './command.js';

/** The first 12 hexadecimal digits of a file's SHA-256, or `missing`. */
export const digestOf = (file: string): string =>
  existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 12) : 'missing';

/** The adopter's own templates, by name, with a digest of all files of each. */
export function templatesOf(adopter: string): ReadonlyMap<string, string> {
  const folder = join(adopter, 'templates');
  const names = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()) : [];
  return new Map(
    names.map(({ name }) => {
      const files = filesBelow(join(folder, name)).map((file) => `${relative(folder, file)} ${digestOf(file)}`);
      return [name, createHash('sha256').update(files.sort().join('\n')).digest('hex')];
    }),
  );
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );

/** Names of the records that an adopter changes. */
export function recordsChangedBy(adopter: string): string[] {
  const folder = join(adopter, 'records');
  return existsSync(folder) ? readdirSync(folder).flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -5)] : [])) : [];
}

/**
 * The fields of a record as the adopter has it: `patient.birthDate` → everything that is declared of it.
 * Throws a UsageError that names the file when it cannot be read.
 */
export function fieldsOf(record: string, adopter: string): ReadonlyMap<string, JsonSchema> {
  const house = readJson(join(houseFolder('schemas'), 'records', `${record}.json`)) ?? {};
  const patch = readJson(join(adopter, 'records', `${record}.json`));
  const fields = new Map<string, JsonSchema>();
  collect(patch === undefined ? (house as JsonSchema) : applyMergePatch<JsonSchema>(house, patch), '', fields);
  return fields;
}

function collect(schema: JsonSchema, prefix: string, fields: Map<string, JsonSchema>): void {
  const required = Array.isArray(schema.required) ? schema.required : [];
  for (const [name, member] of Object.entries((schema.properties as Readonly<Record<string, JsonSchema>> | undefined) ?? {})) {
    const { properties, required: _, ...own } = member;
    fields.set(prefix + name, { ...own, 'is required': required.includes(name) });
    if (properties) collect(member, `${prefix}${name}.`, fields);
  }
}

function readJson(file: string): unknown {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new UsageError(`${file} is not a JSON file: ${(cause as Error).message}`, { cause });
  }
}
