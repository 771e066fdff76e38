import { isObject, pointerTo } from '@divoc/core/api';
import type { Claims } from './protected-claims.js';

/**
 * JSON Pointers to all values of a document (without its proof) that its signature does not protect, sorted.
 *
 * They are what the document says and the claims do not say at the same place: members that no term defines, all of a
 * subject whose id is relative, values that may have changed places. A value whose own name cannot be shown is named by
 * its nearest ancestor.
 */
export function unprotectedPlaces(document: Readonly<Record<string, unknown>>, claims: Claims): string[] {
  const { '@context': _, ...members } = document;
  const found = new Set<string>();
  collect(members, [claims], [], found);
  return [...found].sort();
}

/** `claims`: what is claimed at this place; several where a list has several elements, whose order is not signed. */
function collect(value: unknown, claims: readonly unknown[], path: readonly (string | number)[], found: Set<string>): void {
  if (Array.isArray(value) && value.length > 0) {
    for (const [index, element] of value.entries()) collect(element, claims, [...path, index], found);
  } else if (isObject(value) && Object.keys(value).length > 0) {
    const same = claims.filter(isObject).filter(({ id }) => typeof value.id !== 'string' || id === value.id);
    for (const [name, member] of Object.entries(value)) {
      const inside = same.flatMap((claim) => (Object.hasOwn(claim, name) ? listOf(claim[name]) : []));
      collect(member, inside, [...path, name], found);
    }
  } else if (!claims.some((claim) => isSame(value, claim))) {
    found.add(pointerTo(path));
  }
}

/** An empty object says that there is something, and an empty list or null says nothing. */
const isSame = (value: unknown, claim: unknown): boolean => (isObject(value) ? isObject(claim) : value !== null && value === claim);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
