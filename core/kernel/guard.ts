import { isPromise } from 'node:util/types';
import type { Logger } from '../api/plugin.js';
import { isRefusal } from '../api/refusal.js';
import { errorCode } from '../internal/error-code.js';
import { late } from './deadline.js';
import type { FaultCount } from './fault-count.js';

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** An error is counted once, for the first part that it comes out of. */
const counted = new WeakSet<object>();
/** Errors on their way through a part whose caller's own function has thrown them: they are the caller's. */
const passing = new WeakSet<object>();
const callbacks = new WeakMap<AnyFunction, AnyFunction>();

/**
 * Stands between a part and those who use it. Calls go through unchanged; faults and lateness are counted and logged
 * for the part. What is synchronous stays so, and the same value is always wrapped by the same wrapper.
 */
export class Guard {
  readonly #log: Logger;
  readonly #faults: FaultCount;
  readonly #wrapped = new WeakMap<object, unknown>();

  constructor(log: Logger, faults: FaultCount) {
    this.#log = log;
    this.#faults = faults;
  }

  /** A port's value with all its functions watched. `name` and `seconds` are those of the first wrapping. */
  wrap(value: unknown, name: string, seconds: number | null): unknown {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || Array.isArray(value)) return value;
    if (!this.#wrapped.has(value)) {
      const made = typeof value === 'function' ? this.#watched(() => value as AnyFunction, value, name, seconds) : undefined;
      this.#wrapped.set(value, made ?? (typeof value === 'function' ? value : this.#members(value, name, seconds)));
    }
    return this.#wrapped.get(value);
  }

  /** Counts and logs an error that the part has let out. */
  fault(error: unknown, doing: string): void {
    if (isRefusal(error)) return;
    if (typeof error === 'object' && error !== null) {
      if (passing.delete(error) || counted.has(error)) return;
      counted.add(error);
    }
    const code = errorCode(error);
    this.#faults.add(code);
    this.#log.warn({ call: doing, code }, 'a fault of this part');
  }

  /** An object with the same members: its functions are watched, all else is read from and written to the original. */
  #members(value: object, name: string, seconds: number | null): object {
    const result = Object.create(Object.getPrototypeOf(value)) as object;
    for (let at: object | null = value; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
      for (const key of Reflect.ownKeys(at)) {
        if (key === 'constructor' || Object.hasOwn(result, key)) continue;
        const { enumerable = false, value: member } = Object.getOwnPropertyDescriptor(at, key)!;
        const called = `${name}.${String(key)}`;
        const current = (): unknown => Reflect.get(value, key, value);
        const watched = typeof member === 'function' && this.#watched(current as () => AnyFunction, member, called, seconds, value);
        if (watched) Object.defineProperty(result, key, { value: watched, enumerable, configurable: true, writable: true });
        else {
          const get = () => (holdsFunctions(current()) ? this.wrap(current(), called, seconds) : current());
          Object.defineProperty(result, key, { get, set: (to) => Reflect.set(value, key, to, value), enumerable, configurable: true });
        }
      }
    }
    return result;
  }

  /** The function, watched; undefined for one with members of its own, which is more than a function. */
  #watched(current: () => AnyFunction, original: object, name: string, seconds: number | null, self?: object): AnyFunction | undefined {
    const bare = ['length', 'name', 'prototype', 'arguments', 'caller'];
    if (Reflect.ownKeys(original).some((key) => !bare.includes(String(key))) || isClass(original)) return undefined;
    const guard = this;
    return function (this: unknown, ...args: unknown[]) {
      const given = args.some((arg) => typeof arg === 'function') ? args.map(callersOwn) : args;
      try {
        const result = Reflect.apply(current(), self ?? this, given);
        return isPromise(result) ? guard.#awaited(result, name, seconds) : result;
      } catch (error) {
        guard.fault(error, name);
        throw error;
      }
    };
  }

  #awaited(work: Promise<unknown>, name: string, seconds: number | null): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let isLate = false;
      const giveUp = () => {
        isLate = true;
        const error = late(name, seconds! * 1000);
        this.fault(error, name);
        reject(error);
      };
      const timer = seconds === null ? undefined : setTimeout(giveUp, seconds * 1000).unref();
      const settle = (finish: () => void, outcome: () => string): void => {
        clearTimeout(timer);
        if (isLate) this.#log.warn({ call: name, outcome: outcome() }, 'what this part answered too late is ignored');
        else finish();
      };
      work.then(
        (value) =>
          settle(
            () => resolve(value),
            () => 'answered',
          ),
        (error: unknown) => {
          const fail = () => {
            this.fault(error, name);
            reject(error);
          };
          settle(fail, () => errorCode(error));
        },
      );
    });
  }
}

/** Only a class has a prototype that cannot be exchanged; it is called with `new`, which a wrapper is not. */
const isClass = (value: object): boolean => Object.getOwnPropertyDescriptor(value, 'prototype')?.writable === false;

/** Handlers by name, for example: a plain object right in which functions stand. Data is handed on as it is. */
function holdsFunctions(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.values(value).some((member) => typeof member === 'function');
}

/** A function that the caller hands in, so that what it throws is not held against the part that calls it. */
function callersOwn(arg: unknown): unknown {
  if (typeof arg !== 'function' || Object.keys(arg).length > 0 || isClass(arg)) return arg;
  const pass = (error: unknown): never => {
    if (typeof error === 'object' && error !== null && !counted.has(error)) passing.add(error);
    throw error;
  };
  const known = callbacks.get(arg as AnyFunction);
  if (known) return known;
  const wrapped = function (this: unknown, ...args: unknown[]) {
    try {
      const result = Reflect.apply(arg as AnyFunction, this, args);
      return isPromise(result) ? result.catch(pass) : result;
    } catch (error) {
      return pass(error);
    }
  };
  callbacks.set(arg as AnyFunction, wrapped);
  return wrapped;
}
