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
import { checkRecordSchema, recordFields } from './record-schema.js';
import { subjectValidator } from './subject-validator.js';
import type { Declared, TypeNaming } from './type-settings.js';

export interface RecordType {
  /** `vaccination`, or what the manifest calls it. */
  readonly name: string;
  /** The adopter's own schema of a record: the house's, if it has one, with `records/<name>.json` applied as a JSON Merge Patch. */
  readonly schema: JsonSchema;
  readonly type: CredentialType;
  /** Where the name of the person stands whom it is about; undefined when it is about nobody. */
  readonly holder?: readonly string[];
}

/** A record that templates are checked against. */
export interface CheckedRecord {
  readonly schema: JsonSchema;
  /** Of records; undefined while the adopter's declaration is at fault. */
  readonly validate?: ValidateFunction;
}

/**
 * Reads the declarations of all records, by name, and derives a credential type from each.
 *
 * Throws an Error that names the file and every place in it that breaks the house's rules.
 */
export function loadRecordTypes(adopter: string, publicUrl: string, declared: Declared): ReadonlyMap<string, RecordType> {
  return new Map(Object.entries(declared).map(([name, naming]) => [name, loadRecordType(adopter, publicUrl, name, naming)]));
}

function loadRecordType(adopter: string, publicUrl: string, name: string, { credential, major }: TypeNaming): RecordType {
  const { house, patch, file } = filesOf(adopter, name);
  const own = patch === undefined ? undefined : readJson(patch);
  if (house === undefined && own === undefined) throw new Error(`there is no ${file}, which would declare the fields of ${name}`);
  const schema = (own === undefined ? readJson(house as string) : applyMergePatch(house ? readJson(house) : {}, own)) as JsonSchema;
  try {
    const type = deriveCredentialType(schema, { name: credential, record: name, major, publicUrl });
    const holder = recordFields(schema).find(({ path, schema: leaf }) => path.at(-1) === 'name' && leaf['x-personal'] === true)?.path;
    return { name, schema, type, ...(holder && { holder }) };
  } catch (cause) {
    throw new Error(`${patch ?? `schemas/${file}`}:\n${(cause as Error).message}`, { cause });
  }
}

/** What is wrong with the adopter's declarations of records, at their places in those files. */
export function checkRecords(adopter: string, declared: Declared): Finding[] {
  return Object.keys(declared).flatMap((name) => checkRecord(adopter, name));
}

function checkRecord(adopter: string, name: string): Finding[] {
  const { house, patch, file } = filesOf(adopter, name);
  if (patch === undefined) {
    if (house !== undefined) return [];
    const message = `there is no ${file}; declare the fields of ${name} there, as a JSON Schema`;
    return [{ pointer: `/types/${name}`, code: 'RECORD_MISSING', message }];
  }
  let own: unknown;
  try {
    own = parseStrictJson(readFileSync(patch));
  } catch (error) {
    if (!isStrictJsonError(error)) throw error;
    const { line, column, message } = error;
    return [{ file, line, column, code: error.code, message }];
  }
  return checkRecordSchema(applyMergePatch(house ? readJson(house) : {}, own)).map(({ pointer, code, detail, fix }) => ({
    file,
    pointer,
    code,
    message: `${detail}. ${fix ?? ''}`.trim(),
  }));
}

/**
 * The records that templates are checked against, by name; without a validator, and the house's (if it has one), where the
 * adopter's declaration is at fault.
 */
export function recordsToCheckWith(adopter: string, publicUrl: string, declared: Declared): ReadonlyMap<string, CheckedRecord> {
  const entries = Object.entries(declared).map(([name, naming]): [string, CheckedRecord] => {
    if (checkRecord(adopter, name).length > 0) {
      const { house } = filesOf(adopter, name);
      return [name, { schema: (house ? readJson(house) : {}) as JsonSchema }];
    }
    const { schema, type } = loadRecordType(adopter, publicUrl, name, naming);
    return [name, { schema, validate: subjectValidator(type.document) }];
  });
  return new Map(entries);
}

/** Where a record is declared: by the house, by the adopter, or by the house and changed by the adopter. */
function filesOf(adopter: string, name: string): { readonly house?: string; readonly patch?: string; readonly file: string } {
  const file = `records/${name}.json`;
  const [house, patch] = [join(houseFolder('schemas'), file), join(adopter, file)];
  return { file, ...(existsSync(house) && { house }), ...(existsSync(patch) && { patch }) };
}

function readJson(file: string): unknown {
  try {
    return parseStrictJson(readFileSync(file));
  } catch (cause) {
    throw new Error(`${file} is not a JSON file: ${(cause as Error).message}`, { cause });
  }
}
