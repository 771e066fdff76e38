import { type CredentialType, contentHash, type Fault, type JsonSchema } from '../../api/index.js';
import { checkRecordSchema, membersOf, PUBLISHED_KEYWORDS } from './record-schema.js';

export interface CredentialTypeOptions {
  /** `VaccinationCredential` */
  readonly name: string;
  /** `vaccination`: the record's name in IRIs. */
  readonly record: string;
  /** Grows when a field changes its meaning. */
  readonly major: number;
  /** The issuer's public URL, without a slash at its end. */
  readonly publicUrl: string;
}

/** A record schema that cannot become a credential type; `faults` names every place, with a fix. */
export class RecordSchemaError extends Error {
  readonly code = 'RECORD_SCHEMA_INVALID';
  readonly faults: readonly Fault[];
  constructor(faults: readonly Fault[]) {
    super(faults.map(({ pointer, code, detail, fix }) => `${pointer || '/'}  ${code}  ${detail}. ${fix ?? ''}`.trim()).join('\n'));
    this.name = 'RecordSchemaError';
    this.faults = faults;
  }
}

/**
 * Derives the credential type of a record: its JSON-LD context and its closed schema in one document, named by content.
 *
 * Pure: the same schema and options give the same hash, whatever the order of members in the schema.
 * Throws a RecordSchemaError for a schema that breaks the house's rules (see `checkRecordSchema`).
 */
export function deriveCredentialType(recordSchema: unknown, options: CredentialTypeOptions): CredentialType {
  const faults = checkRecordSchema(recordSchema);
  if (faults.length > 0) throw new RecordSchemaError(faults);
  const schema = recordSchema as JsonSchema;
  const vocabulary = `urn:divoc:${options.record}:${options.major}#`;
  const document = {
    '@context': { '@protected': true, [options.name]: { '@id': `${vocabulary}${options.name}` }, ...terms(schema, vocabulary) },
    base: `${options.publicUrl}/contexts/`,
    type: options.name,
    schema: published(schema),
  };
  const hash = contentHash(document);
  return { name: options.name, hash, url: `${document.base}${hash}`, document };
}

/** One term a member. An object's members are terms in its own scope, so `patient.name` and `facility.name` differ. */
function terms(schema: JsonSchema, prefix: string): Record<string, unknown> {
  return Object.fromEntries(
    membersOf(schema).map(([name, member]) => {
      const iri = member['x-iri'] ?? `${prefix}${name}`;
      if (member.type === 'object') {
        return [name, { '@id': iri, '@context': { '@protected': true, ...terms(member, `${prefix}${name}.`) } }];
      }
      const datatype = DATATYPES[String(member.format ?? member.type)];
      return [name, { '@id': iri, ...(datatype && { '@type': `http://www.w3.org/2001/XMLSchema#${datatype}` }) }];
    }),
  );
}

/** A date of varying precision has no XSD type of its own and stays a plain string. */
const DATATYPES: Readonly<Record<string, string | undefined>> = {
  date: 'date',
  'date-time': 'dateTime',
  integer: 'integer',
  boolean: 'boolean',
};

/** The schema without what only the house needs to know: a note about retention must not rename the type. */
function published(schema: JsonSchema): JsonSchema {
  const kept = PUBLISHED_KEYWORDS.filter((keyword) => Object.hasOwn(schema, keyword)).map((keyword) => [keyword, schema[keyword]]);
  const result: Record<string, unknown> = Object.fromEntries(kept);
  if (schema.type !== 'object') return result;
  result.properties = Object.fromEntries(membersOf(schema).map(([name, member]) => [name, published(member)]));
  // Required is a set: its order means nothing, so it must not change the hash.
  if (Array.isArray(schema.required)) result.required = [...schema.required].sort();
  return { ...result, minProperties: 1 };
}
