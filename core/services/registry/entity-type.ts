import { canonicalJson, type JsonSchema, type RegistryType } from '../../api/index.js';
import type { FieldCipher, KeyedHash } from '../../internal/index.js';
import { type PersonalFields, personalFields } from './personal-fields.js';
import { RegistryStore, type Term } from './registry-store.js';
import { fieldsOf, recordCheck } from './schema-rules.js';

type Json = Readonly<Record<string, unknown>>;

/** One type of entity with all that its schema decides. */
export interface EntityType extends RegistryType {
  readonly store: RegistryStore;
  readonly personal: PersonalFields;
  /** Throws a Refusal (400). */
  check(record: unknown): void;
  keyHash(record: Json): Promise<string>;
  /** Equal for equal records, and for nobody without the key: a record could be guessed otherwise. */
  fingerprint(id: string, record: Json): Promise<string>;
  /** The encrypted piece, bound to its place. */
  seal(piece: Json, place: { readonly id: string; readonly version: number }): Promise<string>;
  open(sealed: string, place: { readonly id: string; readonly version: number }): Promise<Json>;
  /** Dotted names of the fields that can be filtered by. */
  readonly indexed: readonly string[];
  terms(record: Json): Term[];
}

export function entityType(type: RegistryType, tenant: string, ports: { keyedHash: KeyedHash; fieldCipher: FieldCipher }): EntityType {
  const { keyedHash, fieldCipher } = ports;
  const indexed = indexedFields(type.schema);
  const placeOf = ({ id, version }: { id: string; version: number }) => `registry_version.personal/${tenant}/${type.name}/${id}/${version}`;
  return {
    ...type,
    store: new RegistryStore(tenant, type.name),
    personal: personalFields(type.schema),
    check: recordCheck(type.schema),
    // Composed (NFC), so that one key typed on two keyboards names one entity.
    keyHash: (record) =>
      keyedHash.hash('registry-key', tenant, type.name, ...type.key.map((name) => String(record[name] ?? '').normalize('NFC'))),
    fingerprint: (id, record) => keyedHash.hash('registry-record', tenant, type.name, id, canonicalJson(record)),
    seal: (piece, place) => fieldCipher.encrypt(JSON.stringify(piece), placeOf(place)),
    open: async (sealed, place) => JSON.parse(await fieldCipher.decrypt(sealed, placeOf(place))) as Json,
    indexed: indexed.map((path) => path.join('.')),
    terms(record) {
      return indexed.flatMap((path) => {
        const value = path.reduce<unknown>((node, name) => (node as Json | undefined)?.[name], record);
        const values = new Set(
          [value]
            .flat()
            .filter((one) => one !== undefined)
            .map(String),
        );
        return [...values].map((text): Term => [path.join('.'), text]);
      });
    },
  };
}

const indexedFields = (schema: JsonSchema): (readonly string[])[] =>
  fieldsOf(schema)
    .filter((field) => field.schema['x-index'] === true && !field.isPersonal)
    .map(({ path }) => path);
