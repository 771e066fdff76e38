import type { CredentialType, Logger, SealIntent } from '../../api/index.js';
import type { Signer } from '../../internal/index.js';
import type { IntentRow, Sealed } from './certificate-store.js';
import { keyIdOf } from './form-keys.js';
import type { Forms } from './forms.js';
import { subjectValidator } from './subject-validator.js';

export interface Sealing {
  readonly forms: Forms;
  readonly signer: Signer;
  readonly log: Logger;
  /** The type that an earlier intent was recorded with; undefined is a fault, since types are kept for ever. */
  readonly typeOf: (hash: string) => Promise<CredentialType | undefined>;
}

/**
 * Seals a recorded intent in each of its forms: pure functions of intent and key, so that a second try gives the same.
 *
 * The key is handed to each format for this one intent; nothing else reaches it.
 */
export async function sealForms({ forms, signer, typeOf, log }: Sealing, row: IntentRow): Promise<readonly Sealed[]> {
  const type = await typeOf(row.typeHash);
  if (!type) throw fault('TYPE_MISSING', `the credential type ${row.typeHash} is not kept here`);
  // Not every format knows the type's schema; nothing is signed that does not fit it.
  if (!subjectValidator(type.document)(row.intent.subject))
    throw fault('SUBJECT_UNFIT', `the subject of certificate ${row.id} does not fit its type`);
  const { keys, ...recorded } = row.intent;
  // What was recorded before there could be several has promised none in particular.
  const chosen = (row.forms ?? forms.chosen()).map((form) => ({ form, format: forms.format(form) }));
  const sealed: Sealed[] = [];
  for (const { form, format } of chosen) {
    const intent: SealIntent = { ...recorded, ...keys?.[form], type };
    sealed.push({ form, credential: await format.seal(intent, (data) => signer.sign(keyIdOf(intent.verificationMethod), data)) });
    log.debug({ stage: 'certificate.sealed', certificate: row.id, form }, 'sealed');
  }
  return sealed;
}

const fault = (code: string, message: string): Error => Object.assign(new Error(message), { code });
