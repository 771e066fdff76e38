import { randomBytes } from 'node:crypto';
import type { CredentialType } from '../../api/index.js';
import type { Forms } from './forms.js';
import { MAX_QR_BYTES, qrCode } from './qr-code.js';
import { subjectValidator } from './subject-validator.js';

/** Of codes as certificates have them. */
const CODE_BYTES = [600, 700, 800, MAX_QR_BYTES];

/**
 * Does before anybody is served what would hold up the event loop with the first certificate, by up to a tenth of a second:
 * schemas and JSON-LD are compiled, and the code that draws QR codes is.
 */
export async function warmUp(types: readonly CredentialType[], forms: Forms): Promise<void> {
  for (const type of types) {
    subjectValidator(type.document);
    for (const name of forms.chosen()) await forms.format(name).warmUp?.(type);
  }
  for (const bytes of CODE_BYTES) qrCode(randomBytes(bytes));
}
