type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json };

const isObject = (value: unknown): value is Record<string, Json> => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Applies a JSON Merge Patch (RFC 7396): objects merge, null removes, anything else replaces (arrays too).
 *
 * Neither argument is changed.
 */
export function applyMergePatch<T = unknown>(target: unknown, patch: unknown): T {
  if (!isObject(patch)) return structuredClone(patch) as T;
  const result = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) result.delete(name);
    else result.set(name, applyMergePatch<Json>(result.get(name), value));
  }
  // fromEntries defines members, so that a member called `__proto__` stays data.
  return structuredClone(Object.fromEntries(result)) as T;
}
