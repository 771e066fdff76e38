import type { VerifiedIdentity } from '@divoc/core/api';

export type Assurance = VerifiedIdentity['assurance'];

/** What one way of signing in is worth. */
export interface AssuranceLevel extends Assurance {
  /** The `acr` of the ID token, exactly; absent: any. */
  readonly acr?: string;
  /** Methods of RFC 8176 that `amr` must all name. */
  readonly amr?: readonly string[];
}

export interface AssuranceRules {
  /** From the weakest to the strongest. */
  readonly levels: readonly AssuranceLevel[];
  /** The `acr` of the weakest level that will do; absent: any, also one that no level names. */
  readonly minimumAcr?: string;
}

/** A login that no level names says that there is an account, and no more. */
const UNKNOWN: Assurance = { ial: 0, basis: 'oidc-login' };

/** What an ID token's `acr` and `amr` are worth; undefined when that is less than the least that will do. */
export function assuranceOf(claims: Readonly<Record<string, unknown>>, { levels, minimumAcr }: AssuranceRules): Assurance | undefined {
  const methods: readonly unknown[] = Array.isArray(claims.amr) ? claims.amr : [];
  const reached = levels.findLastIndex(
    ({ acr, amr = [] }) => (acr === undefined || acr === claims.acr) && amr.every((method) => methods.includes(method)),
  );
  if (minimumAcr !== undefined && (reached === -1 || reached < placeOf(levels, minimumAcr))) return undefined;
  const level = levels[reached];
  return level ? { ial: level.ial, basis: level.basis } : UNKNOWN;
}

/** The values of `acr` that will do, the strongest first, as a provider wants to be asked (OpenID Connect Core 3.1.2.1). */
export function acrValues({ levels, minimumAcr }: AssuranceRules): readonly string[] {
  const enough = minimumAcr === undefined ? levels : levels.slice(placeOf(levels, minimumAcr));
  return [...new Set(enough.toReversed().flatMap(({ acr }) => acr ?? []))];
}

/** Beyond all levels where none has the name: then nothing will do. */
function placeOf(levels: readonly AssuranceLevel[], acr: string): number {
  const place = levels.findIndex((level) => level.acr === acr);
  return place === -1 ? levels.length : place;
}
