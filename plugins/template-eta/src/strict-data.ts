/** A template has asked for something that the data does not have. */
export class MissingField extends Error {}

/**
 * The data as a template sees it: a misspelt field is an error instead of the word "undefined" on a certificate. It cannot be
 * written to, so that one rendering leaves nothing behind for the next.
 */
export function strictData<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, key) {
      // The way to Function, and from there to everything.
      if (key === 'constructor' || key === '__proto__') throw new MissingField(`there is no field '${key}' here`);
      // Eta's own blocks begin so, and are asked for before they are there.
      if (typeof key === 'string' && !(key in target) && !key.startsWith('__')) throw new MissingField(`there is no field '${key}' here`);
      const found: unknown = Reflect.get(target, key);
      return typeof found === 'function' ? found.bind(target) : strictData(found);
    },
    set(_target, key) {
      throw new MissingField(`the data cannot be changed ('${String(key)}')`);
    },
  });
}
