import type { Verdict } from '../api/index.js';
import type { BundleTrust } from './trust.js';

const REASONS = {
  ended: ['REVOKED', 'The issuer has revoked the certificate, or issued another one in its place.'],
  suspended: ['SUSPENDED', 'The issuer has suspended the certificate: it does not hold for the time being.'],
} as const;

/** The statuses before which REVOKED and SUSPENDED stand: what is over for another reason is over all the more. */
const WEAKER: readonly Verdict['status'][] = ['VERIFIED', 'NOT_YET_VALID', 'EXPIRED', 'RULE_FAILED'];

/**
 * A format's verdict with the answer to `status`: pass or fail by the issuer's own list, not-checked where nobody has one.
 *
 * Only what the signature covers is looked up, so that nobody learns from a forged document what is on a list.
 */
export function withStatus(verdict: Verdict, { standing }: Partial<Pick<BundleTrust, 'standing'>>): Verdict {
  const { claims, answers, reasons } = verdict;
  if (answers.signature !== 'pass' || !claims || !standing) return verdict;
  const [issuer, id] = [idOf(claims.issuer), idOf(claims.id)];
  const found = issuer !== undefined && id !== undefined ? standing(issuer, id) : undefined;
  if (found === undefined) return verdict;
  if (found === 'active') return { ...verdict, answers: { ...answers, status: 'pass' } };
  const [code, text] = REASONS[found];
  const status = WEAKER.includes(verdict.status) ? code : verdict.status;
  return { ...verdict, status, answers: { ...answers, status: 'fail' }, reasons: [{ code, text }, ...reasons] };
}

/** An issuer may be an object with an id (VC 2.0, 4.7). */
function idOf(value: unknown): string | undefined {
  const id = typeof value === 'object' && value !== null ? (value as { readonly id?: unknown }).id : value;
  return typeof id === 'string' ? id : undefined;
}
