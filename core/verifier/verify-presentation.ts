import { listOf } from '../api/index.js';
import type { FormatReader, PresentationRequest, Verdict } from '../api/ports/credential-format.js';
import type { PresentationVerdict } from '../api/ports/verification.js';
import { openEnvelope } from './envelope.js';
import { INPUT_TEXTS, UNCHECKED } from './input-failure.js';
import { type Formats, type VerifierTrust, verifyInput } from './verify.js';

/** Far more than a wallet shows at once. */
const MOST_CREDENTIALS = 32;

/** Verifies a presentation, and each credential in it as `verifyInput` does. Never throws for bad input. */
export async function verifyPresentation(
  input: unknown,
  request: PresentationRequest,
  formats: Formats,
  trust: VerifierTrust,
  at: Date,
): Promise<PresentationVerdict> {
  const envelope = openEnvelope(input, 'EnvelopedVerifiablePresentation');
  if (envelope === 'malformed') return refused('ENVELOPE_MALFORMED', INPUT_TEXTS.ENVELOPE_MALFORMED);
  const document = envelope ? envelope.content : input;
  const [name, reader] = Object.entries(formats).find(([, format]) => recognises(format, document)) ?? [];
  if (!reader?.presentations || name === undefined) {
    return refused('FORMAT_UNKNOWN', 'No installed credential format can read this presentation.');
  }
  const presentation = { format: name, ...(await reader.presentations.open(document, request, trust, at)) };
  // Nothing in a presentation is looked at whose own proof does not hold.
  if (presentation.answers.signature !== 'pass') return { verified: false, presentation, credentials: [] };
  const held =
    reader.presentations.credentialsIn?.(document) ??
    listOf((document as { readonly verifiableCredential?: unknown }).verifiableCredential);
  if (held.length > MOST_CREDENTIALS)
    return refused('CREDENTIALS_TOO_MANY', `A presentation holds ${MOST_CREDENTIALS} credentials at most.`);
  const credentials: Verdict[] = [];
  for (const credential of held) credentials.push(await verifyInput(credential, formats, trust, at));
  const verified = [presentation, ...credentials].every(({ status }) => status === 'VERIFIED');
  return { verified, presentation, credentials };
}

/** Trust that believes every issuer which is its own key. */
export function believingDidKeys<T extends VerifierTrust>(trust: T): T {
  return { ...trust, issuer: (did: string) => did.startsWith('did:key:') || trust.issuer(did) };
}

function refused(code: string, text: string): PresentationVerdict {
  const answers = { ...UNCHECKED, encoding: 'pass', format: 'fail' } as const;
  return { verified: false, presentation: { status: 'NOT_SUPPORTED', answers, reasons: [{ code, text }] }, credentials: [] };
}

/** An object handed in may have getters of its own. */
function recognises({ presentations }: FormatReader, document: unknown): boolean {
  try {
    return presentations?.recognises(document) === true;
  } catch {
    return false;
  }
}
