import { type Actor, type Certificates, type Fault, type RecordedDose, Refusal, type Vaccinations } from '@divoc/core/api';

export interface Revoked {
  readonly dose: number;
  readonly certificateId: string;
}

/** What DIVOC's clients name: the person's code and which doses. */
export interface Revocation {
  readonly code: string;
  readonly programme?: string;
  /** `1,2` */
  readonly doses?: string;
  /** `true` or `false` */
  readonly allDoses?: string;
}

/**
 * Revokes the certificates of a person's last doses, the last one first, so that no later dose stands on a revoked one.
 * Throws a Refusal: 400 for doses that cannot be read or are not the last ones in a row, 404 where nothing is recorded.
 */
export async function revokeDoses(
  { code, programme, doses, allDoses }: Revocation,
  { vaccinations, certificates }: { readonly vaccinations: Vaccinations; readonly certificates: Certificates },
  actor: Actor,
): Promise<readonly Revoked[]> {
  const wanted = readDoses(doses, allDoses);
  const recorded = await vaccinations.dosesOf({ ...(programme !== undefined && { programme }), identity: { input: { code } } }, actor);
  if (recorded.length === 0) throw new Refusal(404, 'CERTIFICATE_UNKNOWN', 'There is no certificate of this person.');
  const last = [...lastDoses(recorded, wanted)].reverse();
  const revoked: Revoked[] = [];
  for (const { certificateId, doseNumber } of last) {
    await certificates.revoke(certificateId, { reason: 'unspecified', actor: actor.id });
    revoked.push({ dose: doseNumber, certificateId });
  }
  return revoked.reverse();
}

function readDoses(doses: string | undefined, allDoses: string | undefined): readonly number[] | 'all' {
  if (allDoses === 'true') return 'all';
  if (allDoses !== undefined && allDoses !== 'false') throw invalid('must be true or false', 'Send allDoses=true, or doses=1,2.');
  const numbers = (doses ?? '').split(',').map((text) => text.trim());
  if (numbers.every((text) => /^[1-9]\d{0,2}$/.test(text))) return [...new Set(numbers.map(Number))].sort((a, b) => a - b);
  throw invalid('must be numbers of doses', 'Send doses=2, doses=1,2 or allDoses=true.');
}

/** DIVOC's rule: in a row, and the highest one among them. */
function lastDoses(recorded: readonly RecordedDose[], wanted: readonly number[] | 'all'): readonly RecordedDose[] {
  if (wanted === 'all') return recorded;
  const last = recorded.slice(-wanted.length);
  if (last.length === wanted.length && last.every(({ doseNumber }, i) => doseNumber === wanted[i])) return last;
  throw invalid('must be the last doses that are recorded, in a row', 'Name the highest dose, and those right before it.');
}

function invalid(detail: string, fix: string): Refusal {
  const errors: Fault[] = [{ pointer: '', code: 'DOSES_INVALID', detail, fix }];
  return new Refusal(400, 'DOSES_INVALID', `The doses to revoke ${detail}. ${fix}`, { errors });
}
