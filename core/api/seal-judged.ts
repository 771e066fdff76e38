import { jsonSnapshot } from './json-snapshot.js';
import { fromMultibase } from './multibase.js';
import type { SealIntent, Sign, Verdict } from './ports/credential-format.js';
import { RECORD_FORMATS } from './record-formats.js';
import { STAND_IN_PROOF_VALUE, unfitCredential } from './vc-sealing.js';
import type { VerdictReason } from './verdict.js';

/** Nobody's signature of anything, and as hard to compress as one. */
export const STAND_IN_SIGNATURE = fromMultibase(STAND_IN_PROOF_VALUE) as Uint8Array;

/** The name of a certificate, `urn:uuid:…` in lower case: lists of what has ended hold no other. */
export const isUuidUrn = (id: string): boolean => /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);

/**
 * Of an intent, what no verifier would ever see: texts that are no texts, ids that lists cannot hold, times that are none.
 * Throws a Refusal (422), for ids and times with the format's own word for what is malformed.
 */
export function lintIntent({ id, created, validFrom, validUntil, subject }: SealIntent, malformed: VerdictReason): void {
  if (jsonSnapshot(subject) === undefined) throw unfitCredential('DOCUMENT_NOT_JSON', '/credentialSubject');
  if (!isUuidUrn(id)) throw unfitCredential(malformed, '/id');
  for (const [name, instant] of Object.entries({ created, validFrom, validUntil }))
    if (instant !== undefined && !RECORD_FORMATS['date-time'](instant)) throw unfitCredential(malformed, `/${name}`);
}

export interface Judged<T> {
  /** The bytes that the signature covers. */
  readonly signed: Uint8Array;
  /** The credential with this signature. */
  with(signature: Uint8Array): T;
  /** As its own verifier sees it at the first moment at which it holds. */
  open(credential: T): Promise<Verdict>;
  /** Reasons that are no fault of the credential: it will hold later. */
  readonly tolerated?: readonly VerdictReason[];
}

/**
 * Lint → sign → verify what was signed: all but the signature is judged before there is one, and nothing goes out that its own
 * verifier would refuse. Throws a Refusal (422) with the verifier's reason.
 */
export async function sealJudged<T>(judged: Judged<T>, sign: Sign): Promise<T> {
  const draft = await judged.open(judged.with(STAND_IN_SIGNATURE));
  if (draft.status !== 'INVALID_SIGNATURE') throw unfitCredential(draft.reasons[0]?.code ?? draft.status, '');
  const credential = judged.with(await sign(judged.signed));
  const { status, reasons } = await judged.open(credential);
  const isTolerated = judged.tolerated?.some((code) => code === reasons[0]?.code) ?? false;
  if (status !== 'VERIFIED' && !isTolerated) throw unfitCredential(reasons[0]?.code ?? status, '');
  return credential;
}
