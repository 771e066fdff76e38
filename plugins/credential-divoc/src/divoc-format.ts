import type { CredentialFormat } from '@divoc/core/api';
import { reader } from './reader.js';
import { prepare, seal } from './seal.js';

/** Certificates as DIVOC 1 to 3 issued them. `context`: the URL under which old verifiers know the vocabulary. */
export function divocFormat(context: string): CredentialFormat {
  return {
    ...reader,
    mediaType: 'application/vc+ld+json',
    types: ['VaccinationCredential'],
    // Old verifiers read nothing else.
    qrForms: ['zip'],
    needs: { purpose: 'vc', algorithm: 'Ed25519' },
    prepare: (intent) => prepare(intent, context).prepared,
    seal: (intent, sign) => seal(intent, sign, context),
  };
}
