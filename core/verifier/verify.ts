import type { Trust, Verdict } from '../api/index.js';
import type { FormatReader } from '../api/ports/credential-format.js';
import { openEnvelope } from './envelope.js';
import { UNCHECKED, unreadable } from './input-failure.js';
import { readInput } from './read-input.js';
import { withStatus } from './revocation-status.js';
import type { BundleTrust } from './trust.js';

/** Keys and types for formats, and, where there are any, the issuers' lists of what does not hold. */
export type VerifierTrust = Trust & Partial<Pick<BundleTrust, 'standing' | 'statusLists'>>;

/** By the names that verdicts give them: instances of a manifest, or packages. */
export type Formats = Readonly<Record<string, FormatReader>>;

export const FORMAT_UNKNOWN = 'No installed credential format can read this document.';
export const FORMAT_FAILED = 'The credential format failed over this document, which is a fault of the verifier: nothing is said of it.';

/**
 * Verifies an input, online and offline alike: no network, no database. Never throws for bad input.
 *
 * What stands in an envelope is verified as if it had come without. The first format that recognises the document gives the
 * verdict; none is asked for a second opinion. Whether the certificate has ended is asked here, of the issuer's lists, since it is
 * the same question in every format.
 */
export async function verifyInput(input: unknown, formats: Formats, trust: VerifierTrust, at: Date): Promise<Verdict> {
  const named = Object.entries(formats);
  const read = readInput(input, (text) => named.some(([, format]) => recognises(format, text)));
  if ('failure' in read) return unreadable(read.failure);
  const envelope = openEnvelope(read.document, 'EnvelopedVerifiableCredential');
  if (envelope === 'malformed') return unreadable('ENVELOPE_MALFORMED');
  const document = envelope ? envelope.content : read.document;
  const known = named.find(([, format]) => recognises(format, document));
  if (known) {
    const [name, format] = known;
    const sources = { readers: Object.values(formats), trust, at };
    try {
      return { format: name, ...(await withStatus(await format.open(document, trust, at), sources)) };
    } catch {
      // What was thrown may hold what the document says. One document must not keep the others of its batch from theirs.
      return { ...unsupported('FORMAT_FAILED', FORMAT_FAILED), format: name };
    }
  }
  return unsupported('FORMAT_UNKNOWN', FORMAT_UNKNOWN);
}

const unsupported = (code: string, text: string): Verdict => ({
  status: 'NOT_SUPPORTED',
  answers: { ...UNCHECKED, encoding: 'pass', format: 'fail' },
  reasons: [{ code, text }],
});

/** An object handed in may have getters of its own. */
function recognises(format: FormatReader, document: unknown): boolean {
  try {
    return format.recognises(document);
  } catch {
    return false;
  }
}
