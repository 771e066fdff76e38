import type { Verdict } from '../api/index.js';
import type { BundleTrust } from './trust.js';

const ENDED = { code: 'REVOKED', text: 'The issuer has revoked the certificate, or issued another one in its place.' };

/** The statuses before which REVOKED stands: what is over for another reason is over all the more. */
const WEAKER: readonly Verdict['status'][] = ['VERIFIED', 'NOT_YET_VALID', 'EXPIRED', 'RULE_FAILED'];

/**
 * A format's verdict with the answer to `status`: pass or fail by the issuer's own list, not-checked where nobody has one.
 *
 * Only what the signature covers is looked up, so that nobody learns from a forged document what is on a list.
 */
export function withStatus(verdict: Verdict, { hasEnded }: Partial<Pick<BundleTrust, 'hasEnded'>>): Verdict {
  const { claims, answers, reasons } = verdict;
  if (answers.signature !== 'pass' || !claims || !hasEnded) return verdict;
  const [issuer, id] = [idOf(claims.issuer), idOf(claims.id)];
  const ended = issuer !== undefined && id !== undefined ? hasEnded(issuer, id) : undefined;
  if (ended === undefined) return verdict;
  if (!ended) return { ...verdict, answers: { ...answers, status: 'pass' } };
  const status = WEAKER.includes(verdict.status) ? 'REVOKED' : verdict.status;
  return { ...verdict, status, answers: { ...answers, status: 'fail' }, reasons: [ENDED, ...reasons] };
}

/** An issuer may be an object with an id (VC 2.0, 4.7). */
function idOf(value: unknown): string | undefined {
  const id = typeof value === 'object' && value !== null ? (value as { readonly id?: unknown }).id : value;
  return typeof id === 'string' ? id : undefined;
}
