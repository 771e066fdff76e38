import type { Need, Port, Provision } from './port.js';

/** The version of the contract between kernel and plugins; a plugin's package.json names the range it fits. */
export const KERNEL_API_VERSION = '1.0.0';

/** A JSON Schema (draft 2020-12), as plain data. */
export type JsonSchema = { readonly [keyword: string]: unknown };

export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Only the injected clock tells time. */
export interface Clock {
  now(): Date;
}

export type Profile = 'development' | 'production';

/** What every part is given besides its ports. */
export interface PartContext<Config = unknown> {
  /** The instance's settings: validated, defaults filled in, secrets resolved. */
  readonly config: Config;
  /** The name under which the manifest lists this part. */
  readonly instance: string;
  readonly tenant: string;
  readonly profile: Profile;
  /** The deployment's data folder (DIVOC_HOME), absolute; it exists. */
  readonly home: string;
  /** The folder of the adopter's manifest, absolute. */
  readonly adopter: string;
  readonly log: Logger;
  readonly clock: Clock;
}

export interface Health {
  status: 'pass' | 'warn' | 'fail';
  detail?: string;
}

type Uses = Record<string, Need<unknown>>;
/** A provision whatever it declares: what a port does with its declarations is the port's own business. */
type AnyProvision = Pick<Provision<unknown, unknown>, '$divoc' | 'declaration'> & { readonly port: Port<unknown, never> };
type Provides = Record<string, Port<never, never> | Port<unknown, never> | Port<unknown> | AnyProvision>;

export type UsedPorts<U> = {
  readonly [K in keyof U]: U[K] extends Need<infer T, infer A>
    ? A extends 'many'
      ? Readonly<Record<string, T>>
      : A extends 'optional'
        ? T | undefined
        : T
    : never;
};
type Provided<P> = P extends { readonly $divoc: 'provision'; readonly port: Port<infer T, infer _D> }
  ? T
  : P extends Port<infer T, infer _D>
    ? T
    : never;
export type ProvidedPorts<P> = { readonly [K in keyof P]: Provided<P[K]> };

/** What `setup` gives back. `start` runs after every part is set up, `stop` in the reverse order. */
export interface Part<P = Record<string, unknown>> {
  readonly ports: P;
  readonly start?: () => Promise<void>;
  readonly stop?: () => Promise<void>;
  readonly health?: () => Promise<Health>;
}

export interface PartDefinition<Config, U, P> {
  /** Equals `divoc.id` in the plugin's package.json. */
  readonly id: string;
  /** One sentence for people who choose plugins. */
  readonly summary: string;
  /**
   * JSON Schema of the settings. `x-secret: true` marks a value that a manifest may give only as `{ $secret: NAME }`;
   * `x-instance: "channel/0"` one that names an instance providing that port; `x-file: true` a file beside the manifest
   * that names it, given to the part as an absolute path.
   */
  readonly config?: JsonSchema;
  readonly uses?: U;
  readonly provides?: P;
  /** Declared and shown in the plan. They stop mistakes, not a hostile author. */
  readonly grants?: { readonly network?: readonly string[]; readonly reads?: readonly string[] };
  /** Finds, before anything is set up, what only this part can know to be wrong. It reads, and opens and changes nothing. */
  check?(context: CheckContext<Config>): readonly Finding[] | Promise<readonly Finding[]>;
  /** Builds the part. It may open what it needs, but serves nobody before `start`. */
  setup(context: PartContext<Config>, ports: UsedPorts<U>): Promise<Part<ProvidedPorts<P>>>;
}

/** What a check finds: in a setting (`pointer`), or in a file of the adopter (at `line` and `column`, or at a JSON `pointer`). */
export interface Finding {
  readonly code: string;
  /** What is wrong and how to mend it; no secret. */
  readonly message: string;
  /** Relative to the adopter's folder. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** RFC 6901. */
  readonly pointer?: string;
}

export interface CheckContext<Config = unknown> extends Pick<PartContext<Config>, 'config' | 'instance' | 'profile' | 'adopter'> {
  /**
   * What the parts that provide a port declare of it, by instance: of all parts of the plan, also of those whose secrets are
   * missing. Undefined for a part that provides the port and declares nothing.
   */
  declared<D>(port: Port<never, D> | Port<unknown, D>): Readonly<Record<string, D | undefined>>;
}

/** A definition with its types erased, as the kernel handles it. */
export interface PartDescriptor {
  readonly $divoc: 'part';
  readonly id: string;
  readonly summary: string;
  readonly config?: JsonSchema;
  readonly uses: Readonly<Record<string, Need<unknown>>>;
  readonly provides: Readonly<Record<string, Port<unknown, unknown> | Provision<unknown, unknown>>>;
  readonly grants?: { readonly network?: readonly string[]; readonly reads?: readonly string[] };
  check?(context: CheckContext<never>): readonly Finding[] | Promise<readonly Finding[]>;
  setup(context: PartContext<never>, ports: never): Promise<Part>;
}

/**
 * Describes a plugin (or one of DIVOC's own services: they are wired in the same way).
 *
 * Called twice, `definePlugin<Config>()({...})`, so that the settings' type is given and all others are inferred.
 * Importing a plugin must have no effect but this frozen object.
 */
export function definePlugin<Config = Record<string, never>>() {
  // biome-ignore lint/complexity/noBannedTypes: {} is the neutral element of both maps.
  return <U extends Uses = {}, P extends Provides = {}>(definition: PartDefinition<Config, U, P>): PartDescriptor =>
    Object.freeze({
      ...definition,
      $divoc: 'part' as const,
      uses: Object.freeze({ ...definition.uses }),
      provides: Object.freeze({ ...definition.provides }),
    }) as unknown as PartDescriptor;
}
