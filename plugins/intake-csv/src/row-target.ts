import type { Actor, JsonSchema, Registry, RegistryTypeName, VaccinationInput, Vaccinations } from '@divoc/core/api';
import { type Column, columnsOf } from './columns.js';

export type Outcome = 'created' | 'unchanged' | 'changed';

/** Names a row for ever, so that it is taken once. */
export interface RowPlace {
  readonly upload: string;
  readonly row: number;
}

/** Where the rows of one kind go. */
export interface RowTarget {
  readonly columns: readonly Column[];
  /** Objects that are made even if they stay empty, so that what is missing in them is named. */
  readonly groups: readonly string[];
  /** The scope without which nobody may fill it. */
  readonly scope: string;
  /** Takes one row. Throws a Refusal whose pointers are those of the columns. */
  put(
    input: Readonly<Record<string, unknown>>,
    place: RowPlace,
    options: { readonly actor: Actor; readonly programme?: string },
  ): Promise<Outcome>;
}

export function registryTarget(registry: Registry, type: RegistryTypeName): RowTarget {
  const { schema } = registry.types[type];
  const hasProgramme = (schema.properties as Readonly<Record<string, unknown>>).programme !== undefined;
  return {
    columns: columnsOf(schema),
    groups: requiredGroups(schema),
    scope: 'registry:write',
    async put(input, { upload, row }, { actor, programme }) {
      // The file's own word comes before that of the request.
      const record = programme !== undefined && hasProgramme ? { programme, ...input } : input;
      return (await registry.put(type, record, actor, { act: { batch: upload, item: String(row) } })).outcome;
    },
  };
}

export interface DoseOptions {
  /** Which of the programme's identity providers; needed where it has several. */
  readonly provider?: string;
  /** What the provider reads → the columns that it may stand in. */
  readonly identityColumns: Readonly<Record<string, readonly string[]>>;
}

export function doseTarget(vaccinations: Vaccinations, record: JsonSchema, { provider, identityColumns }: DoseOptions): RowTarget {
  const identity = Object.entries(identityColumns).map(
    ([member, names]): Column => ({ pointer: `/identity/input/${member}`, names, schema: { type: 'string' }, isRequired: true }),
  );
  return {
    columns: [...identity, ...columnsOf(record, '/record')],
    groups: ['/identity/input', '/record', ...requiredGroups(record).map((pointer) => `/record${pointer}`)],
    scope: 'vaccination:record',
    async put(input, _place, { actor, programme }) {
      const { identity, record } = input as unknown as Pick<VaccinationInput, 'identity' | 'record'>;
      const { outcome } = await vaccinations.record(
        {
          ...(programme !== undefined && { programme }),
          identity: { ...(provider !== undefined && { provider }), input: identity.input },
          record,
        },
        actor,
      );
      return outcome === 'existing' ? 'unchanged' : 'created';
    },
  };
}

function requiredGroups(schema: JsonSchema, pointer = ''): string[] {
  const required = Array.isArray(schema.required) ? (schema.required as string[]) : [];
  const properties = (schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>;
  return required.flatMap((name) => {
    const member = properties[name];
    return member?.type === 'object' ? [`${pointer}/${name}`, ...requiredGroups(member, `${pointer}/${name}`)] : [];
  });
}
