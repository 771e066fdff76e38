import type { Verdict } from '../../api/index.js';
import { unreadable } from '../../verifier/input-failure.js';
import { type Formats, type VerifierTrust, verifyInput } from '../../verifier/verify.js';
import { readFileInput } from './readers/read-file-input.js';

/** Verifies a file: a credential, what a QR code holds, a picture (PNG, JPEG) or a PDF. Never throws for bad input. */
export async function verifyFile(bytes: Uint8Array, formats: Formats, trust: VerifierTrust, at: Date): Promise<Verdict> {
  const read = await readFileInput(bytes);
  return 'failure' in read ? unreadable(read.failure) : verifyInput(read.input, formats, trust, at);
}
