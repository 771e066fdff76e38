import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  applyMergePatch,
  type Finding,
  isStrictJsonError,
  type JsonSchema,
  parseStrictJson,
  type RegistryType,
  type RegistryTypeName,
} from '../../api/index.js';
import { houseFolder } from '../../internal/index.js';
import { schemaMistakes } from './schema-rules.js';

/** What the registry keeps, and what its paths call it. */
export const COLLECTIONS: Readonly<Record<RegistryTypeName, string>> = {
  facility: 'facilities',
  vaccinator: 'vaccinators',
  enrolment: 'enrolments',
};
export const TYPE_NAMES = Object.keys(COLLECTIONS) as RegistryTypeName[];

/** The house's schemas with the adopter's `records/<type>.json` applied. Throws an Error that names file and place. */
export function loadRegistryTypes(adopter: string): Record<RegistryTypeName, RegistryType> {
  const load = (name: RegistryTypeName): RegistryType => {
    const schema = patched(adopter, name);
    const [mistake] = schemaMistakes(schema);
    if (mistake) throw new Error(`records/${name}.json: ${mistake.pointer} ${mistake.message}`);
    return { name, collection: COLLECTIONS[name], schema, key: schema['x-key'] as string[] };
  };
  return { facility: load('facility'), vaccinator: load('vaccinator'), enrolment: load('enrolment') };
}

/** What is wrong with the adopter's changes, at its places in those files. */
export function checkRegistryTypes(adopter: string): Finding[] {
  return TYPE_NAMES.flatMap((name) => {
    const file = `records/${name}.json`;
    if (!existsSync(join(adopter, file))) return [];
    try {
      return schemaMistakes(patched(adopter, name)).map((mistake) => ({ file, ...mistake }));
    } catch (error) {
      if (!isStrictJsonError(error)) throw error;
      const { line, column, code, message } = error;
      return [{ file, line, column, code, message }];
    }
  });
}

function patched(adopter: string, name: RegistryTypeName): JsonSchema {
  const house = parseStrictJson(readFileSync(join(houseFolder('schemas'), 'records', `${name}.json`)));
  const file = join(adopter, 'records', `${name}.json`);
  return existsSync(file) ? applyMergePatch<JsonSchema>(house, parseStrictJson(readFileSync(file))) : (house as JsonSchema);
}
