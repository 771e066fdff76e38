import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import {
  applyMergePatch,
  type CredentialType,
  type Finding,
  isStrictJsonError,
  type JsonSchema,
  parseStrictJson,
} from '../../api/index.js';
import { houseFolder } from '../../internal/index.js';
import { deriveCredentialType } from './credential-type.js';
import { checkRecordSchema } from './record-schema.js';
import { subjectValidator } from './subject-validator.js';

/** Where an adopter changes the record, in its own folder. */
const PATCH = 'records/vaccination.json';

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
  const house = houseRecord();
  const file = join(adopter, PATCH);
  const hasPatch = existsSync(file);
  const schema = hasPatch ? applyMergePatch<JsonSchema>(house, readJson(file)) : (house as JsonSchema);
  try {
    const type = deriveCredentialType(schema, { name: 'VaccinationCredential', record: 'vaccination', major: MAJOR, publicUrl });
    return { schema, type };
  } catch (cause) {
    throw new Error(`${hasPatch ? file : 'schemas/records/vaccination.json'}:\n${(cause as Error).message}`, { cause });
  }
}

/** What is wrong with the adopter's change of the record, at its places in that file. */
export function checkRecordPatch(adopter: string): Finding[] {
  const file = join(adopter, PATCH);
  if (!existsSync(file)) return [];
  let patch: unknown;
  try {
    patch = parseStrictJson(readFileSync(file));
  } catch (error) {
    if (!isStrictJsonError(error)) throw error;
    const { line, column, message } = error;
    return [{ file: PATCH, line, column, code: error.code, message }];
  }
  const house = houseRecord();
  return checkRecordSchema(applyMergePatch(house, patch)).map(({ pointer, code, detail, fix }) => ({
    file: PATCH,
    pointer,
    code,
    message: `${detail}. ${fix ?? ''}`.trim(),
  }));
}

/** The record that templates are checked against; without a validator, and the house's, while the adopter's change of it is at fault. */
export function recordToCheckWith(adopter: string, publicUrl: string): { schema: JsonSchema; validate?: ValidateFunction } {
  if (checkRecordPatch(adopter).length > 0) return { schema: houseRecord() as JsonSchema };
  const { schema, type } = loadRecordType(adopter, publicUrl);
  return { schema, validate: subjectValidator(type.document) };
}

const houseRecord = (): unknown => readJson(join(houseFolder('schemas'), 'records', 'vaccination.json'));

function readJson(file: string): unknown {
  try {
    return parseStrictJson(readFileSync(file));
  } catch (cause) {
    throw new Error(`${file} is not a JSON file: ${(cause as Error).message}`, { cause });
  }
}
