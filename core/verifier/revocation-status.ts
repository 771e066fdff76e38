import { isObject, type Verdict } from '../api/index.js';
import type { FormatReader } from '../api/ports/credential-format.js';
import { statusEntries } from './status-entries.js';
import { type EntryAnswer, lookUp, type StatusListTrust } from './status-list.js';
import type { BundleTrust, Standing } from './trust.js';

const REASONS = {
  ended: ['REVOKED', 'The issuer has revoked the certificate, or issued another one in its place.'],
  suspended: ['SUSPENDED', 'The issuer has suspended the certificate: it does not hold for the time being.'],
} as const;

/** The statuses before which REVOKED and SUSPENDED stand: what is over for another reason is over all the more. */
const WEAKER: readonly Verdict['status'][] = ['VERIFIED', 'NOT_YET_VALID', 'EXPIRED', 'RULE_FAILED'];

/** Why the status is not known although the certificate says where it stands. */
const UNKNOWN = {
  STATUS_UNREADABLE: 'The certificate names its status in a way that is not known here.',
  STATUS_LIST_UNKNOWN: 'The list on which the status of the certificate stands is not here; add the newest trust file of its issuer.',
  STATUS_LIST_UNSOUND: "The list on which the status of the certificate stands is damaged, or not its issuer's.",
  STATUS_LIST_OLD: 'The list on which the status of the certificate stands is too old; add the newest trust file of its issuer.',
} as const;

/** All that is said of a status, in English, by code. */
export const STATUS_TEXTS = { REVOKED: REASONS.ended[1], SUSPENDED: REASONS.suspended[1], ...UNKNOWN } as const;

/** Who is asked: the issuer's lists, and the formats that read those which are credentials. */
export interface StatusSources {
  readonly readers: readonly FormatReader[];
  readonly trust: StatusListTrust & Partial<Pick<BundleTrust, 'standing'>>;
  readonly at: Date;
}

/**
 * A format's verdict with the answer to `status`: pass or fail by the issuer's own lists, not-checked where nobody has the
 * one that counts. That is the list which the certificate names, else the list of hashes.
 *
 * Only what the signature covers is looked up, so that nobody learns from a forged document what is on a list, and no
 * certificate is looked up in a list of its presenter's choice.
 */
export async function withStatus(verdict: Verdict, sources: StatusSources): Promise<Verdict> {
  const { claims, answers, reasons } = verdict;
  if (answers.signature !== 'pass' || !claims) return verdict;
  const [issuer, id] = [idOf(claims.issuer), idOf(claims.id)];
  const hashed = issuer !== undefined && id !== undefined ? sources.trust.standing?.(issuer, id) : undefined;
  const named = claims.credentialStatus === undefined ? tokenStatus(claims.status) : claims.credentialStatus;
  const listed = named === undefined ? hashed : await listedStanding(named, issuer ?? '', sources);
  const found = hashed === 'ended' || (hashed === 'suspended' && listed !== 'ended') ? hashed : listed;
  if (found === undefined) return verdict;
  if (found === 'active') return { ...verdict, answers: { ...answers, status: 'pass' } };
  if (found !== 'ended' && found !== 'suspended') return { ...verdict, reasons: [...reasons, { code: found, text: UNKNOWN[found] }] };
  const [code, text] = REASONS[found];
  const status = WEAKER.includes(verdict.status) ? code : verdict.status;
  return { ...verdict, status, answers: { ...answers, status: 'fail' }, reasons: [{ code, text }, ...reasons] };
}

/** The `status` of a JWT (draft-ietf-oauth-status-list): no list of that kind is read here, and that has to be said. */
const tokenStatus = (status: unknown): unknown => (isObject(status) && isObject(status.status_list) ? status : undefined);

/** Undefined when the entries say nothing of whether the certificate holds. */
async function listedStanding(
  credentialStatus: unknown,
  issuer: string,
  { readers, trust, at }: StatusSources,
): Promise<Standing | keyof typeof UNKNOWN | undefined> {
  const entries = statusEntries(credentialStatus);
  if (!entries) return 'STATUS_UNREADABLE';
  const answers = await Promise.all(entries.map(async (entry) => ({ ...entry, answer: await lookUp(entry, issuer, readers, trust, at) })));
  const isSet = (wanted: string) => answers.some(({ purpose, answer }) => purpose === wanted && answer === 'set');
  if (isSet('revocation')) return 'ended';
  if (isSet('suspension')) return 'suspended';
  const open = answers.find(({ answer }) => answer !== 'clear');
  if (open) return open.answer as Exclude<EntryAnswer, 'set' | 'clear'>;
  return answers.length > 0 ? 'active' : undefined;
}

/** An issuer may be an object with an id (VC 2.0, 4.7). */
function idOf(value: unknown): string | undefined {
  const id = typeof value === 'object' && value !== null ? (value as { readonly id?: unknown }).id : value;
  return typeof id === 'string' ? id : undefined;
}
