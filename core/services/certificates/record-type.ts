import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CredentialType, type JsonSchema, parseStrictJson } from '../../api/index.js';
import { deriveCredentialType } from './credential-type.js';
import { houseFolder } from './house-folder.js';
import { applyMergePatch } from './merge-patch.js';

/** The first version of the vaccination record; grows when a field changes its meaning. */
const MAJOR = 1;

export interface RecordType {
  /** The adopter's own schema of a record: the house's with `records/vaccination.json` applied as a JSON Merge Patch. */
  readonly schema: JsonSchema;
  readonly type: CredentialType;
}

/**
 * Reads the one declaration of every field, and derives the credential type from it.
 *
 * Throws an Error that names the file and every place in it that breaks the house's rules.
 */
export function loadRecordType(adopter: string, publicUrl: string): RecordType {
  const house = readJson(join(houseFolder('schemas'), 'records', 'vaccination.json'));
  const file = join(adopter, 'records', 'vaccination.json');
  const hasPatch = existsSync(file);
  const schema = hasPatch ? applyMergePatch<JsonSchema>(house, readJson(file)) : (house as JsonSchema);
  try {
    const type = deriveCredentialType(schema, { name: 'VaccinationCredential', record: 'vaccination', major: MAJOR, publicUrl });
    return { schema, type };
  } catch (cause) {
    throw new Error(`${hasPatch ? file : 'schemas/records/vaccination.json'}:\n${(cause as Error).message}`, { cause });
  }
}

function readJson(file: string): unknown {
  try {
    return parseStrictJson(readFileSync(file));
  } catch (cause) {
    throw new Error(`${file} is not a JSON file: ${(cause as Error).message}`, { cause });
  }
}
