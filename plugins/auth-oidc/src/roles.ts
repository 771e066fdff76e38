import { segmentsOf, valueAt } from '@divoc/core/api';

/** What of a token's claims is a role here, and what the roles may do. */
export interface Roles {
  /** Role of the provider → scopes of the house. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
  /** JSON Pointers (RFC 6901) to the claims that name roles. */
  readonly rolesClaims: readonly string[];
}

/**
 * The roles that a token names and the settings know, and the scopes of all of them together. The scopes are looked up
 * now and stand in no token, so that what is taken away is gone at once.
 */
export function rolesOf(claims: unknown, { roles, rolesClaims }: Roles): { readonly roles: string[]; readonly scopes: string[] } {
  const named = new Set(rolesClaims.flatMap((pointer) => namesIn(valueAt(claims, segmentsOf(pointer)))));
  const known = [...named].filter((role) => Object.hasOwn(roles, role));
  return { roles: known, scopes: [...new Set(known.flatMap((role) => roles[role] ?? []))] };
}

/** A list of texts, as in Keycloak and RFC 9068; or words between spaces, as in `scope` (RFC 8693 section 4.2). */
function namesIn(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((name) => name !== '');
  return Array.isArray(claim) ? claim.filter((name): name is string => typeof name === 'string') : [];
}
