/**
 * Ports: the typed words that parts use to meet.
 *
 * A port is recognised by its brand and its id (`channel/0`), never by object identity, so that two
 * copies of this package in one process are harmless.
 */
export interface Port<T, D = undefined> {
  readonly $divoc: 'port';
  readonly name: string;
  /** 0 until a second plugin has proved the port. */
  readonly major: number;
  /** `name/major`, as manifests and schemas write it. */
  readonly id: string;
  /** A scoped port's provider gives a function `(instance) => T`, so that each user has its own view. */
  readonly scoped: boolean;
  /** The names that a declaration claims; two parts that claim one name are refused before anything starts. */
  readonly claims?: (declaration: D, instance: string) => string[];
  /** What every provider's value can do; a part whose value cannot is refused at its set-up. */
  readonly methods?: readonly string[];
  /** How long a call may take before it is given up with PART_LATE; null: as long as it likes. Default: a minute. */
  readonly deadlineSeconds?: number | null;
  /** Carries the type only; never set. */
  readonly type?: T;
}

/** The names of the functions that a `T` always has. */
type MethodOf<T> = { [K in keyof T]-?: T[K] extends (...args: never[]) => unknown ? K : never }[keyof T] & string;

export interface PortOptions<T, D> {
  scoped?: boolean;
  claims?: (declaration: D, instance: string) => string[];
  methods?: readonly MethodOf<T>[];
  deadlineSeconds?: number | null;
}

/** Makes a port. `T` is what a provider gives, `D` what it declares beforehand, if anything. */
export function definePort<T, D = undefined>(name: string, major: number, options: PortOptions<T, D> = {}): Port<T, D> {
  return Object.freeze({
    $divoc: 'port' as const,
    name,
    major,
    id: `${name}/${major}`,
    scoped: options.scoped ?? false,
    ...(options.claims && { claims: options.claims }),
    ...(options.methods && { methods: options.methods }),
    ...(options.deadlineSeconds !== undefined && { deadlineSeconds: options.deadlineSeconds }),
  });
}

export type Arity = 'one' | 'optional' | 'many';

/** What a part needs of a port: exactly one provider, at most one, or all of them by instance name. */
export interface Need<T, A extends Arity = Arity> {
  readonly $divoc: 'need';
  readonly port: Port<T, never> | Port<T, undefined>;
  readonly arity: A;
  readonly type?: T;
}

const need =
  <A extends Arity>(arity: A) =>
  <T, D>(port: Port<T, D>): Need<T, A> =>
    Object.freeze({ $divoc: 'need' as const, port: port as unknown as Port<T>, arity });

export const one = need('one');
export const optional = need('optional');
export const many = need('many');

/** A provided port, with the declaration that the plan can read before any setup. */
export interface Provision<T, D = undefined> {
  readonly $divoc: 'provision';
  readonly port: Port<T, D>;
  readonly declaration: D;
}

/** Provides a port together with what the plan should know of it (routes, for example). */
export function declare<T, D>(port: Port<T, D>, declaration: D): Provision<T, D> {
  return Object.freeze({ $divoc: 'provision' as const, port, declaration });
}
