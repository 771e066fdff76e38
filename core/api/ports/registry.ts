import type { JsonSchema } from '../plugin.js';
import { definePort } from '../port.js';
import type { Actor } from './routes.js';

export type RegistryTypeName = 'facility' | 'vaccinator' | 'enrolment';

/** What the registry keeps of one type, from the adopter's `records/<type>.json` over the house's. */
export interface RegistryType {
  readonly name: RegistryTypeName;
  /** As paths name it: `facilities`. */
  readonly collection: string;
  readonly schema: JsonSchema;
  /** Top-level fields that name an entity (`x-key`): one entity per key. */
  readonly key: readonly string[];
}

/** Names a part of a larger act, a row of a file for example: asked for twice it is done once and answered alike. */
export interface RegistryAct {
  readonly batch: string;
  readonly item: string;
}

export interface PutOptions {
  readonly act?: RegistryAct;
  /** The version that the caller has seen; 0: there must be none. */
  readonly ifVersion?: number;
  /** The entity that the key must be that of. */
  readonly id?: string;
}

export interface PutOutcome {
  readonly outcome: 'created' | 'unchanged' | 'changed';
  /** UUIDv7. */
  readonly id: string;
  /** Starts at 1, grows with each change; earlier versions are kept. */
  readonly version: number;
}

export interface RegistryEntry {
  readonly id: string;
  readonly version: number;
  readonly state: 'active' | 'retired';
  /** RFC 3339, UTC. */
  readonly changedAt: string;
  /** Personal fields only for actors with `registry:read-personal`; personal key fields for nobody. */
  readonly record: Readonly<Record<string, unknown>>;
}

export interface ListOptions {
  /** An id: what was created after it. */
  readonly after?: string;
  /** 1 to 200, default 50. */
  readonly limit?: number;
  readonly state?: 'active' | 'retired';
  /** Fields marked `x-index`, by their dotted names: `{ 'address.district': 'Colombo' }`. All must be met. */
  readonly where?: Readonly<Record<string, string>>;
}

/** Facilities, vaccinators and enrolments: one entity per natural key, every version kept. */
export interface Registry {
  readonly types: Readonly<Record<RegistryTypeName, RegistryType>>;
  /**
   * Creates the entity that the record's key names, or gives it a new version when the record differs. Throws a Refusal:
   * 400 RECORD_INVALID (pointers into the record), 404 ENTITY_UNKNOWN, 409 ENTITY_RETIRED, KEY_REPEATED (the same batch
   * said something else of this entity), 412 VERSION_STALE, 422 KEY_DIFFERS (another entity's key).
   */
  put(type: RegistryTypeName, record: Readonly<Record<string, unknown>>, actor: Actor, options?: PutOptions): Promise<PutOutcome>;
  /** Throws a Refusal (404). */
  get(type: RegistryTypeName, id: string, actor: Actor): Promise<RegistryEntry>;
  /** In the order of their creation. `next` is the `after` of the next page. Throws a Refusal (400) for a filter that is none. */
  list(
    type: RegistryTypeName,
    options: ListOptions,
    actor: Actor,
  ): Promise<{ readonly items: readonly RegistryEntry[]; readonly next?: string }>;
  /** Takes an entity out of use, or back into it, as a new version. Throws a Refusal (404). */
  setState(type: RegistryTypeName, id: string, state: 'active' | 'retired', actor: Actor): Promise<RegistryEntry>;
}

export const registry = definePort<Registry>('registry', 0);
