import type { CredentialFormat, SealIntent } from '../../api/index.js';
import type { Signer, SignerKey } from '../../internal/index.js';

/** The key of one form, as it is recorded before anything is sealed: sealing again takes the same one. */
export type FormKey = Pick<SealIntent, 'verificationMethod'> & { readonly key: NonNullable<SealIntent['key']> };

/** The active key that a format needs. Throws the signer's Error, which says how to make it, where there is none. */
export async function formKey(signer: Signer, did: string, { needs }: Pick<CredentialFormat, 'needs'>): Promise<FormKey> {
  return formKeyOf(did, await signer.active(needs));
}

export const formKeyOf = (did: string, { id, algorithm, publicKeyMultibase, certificates }: SignerKey): FormKey => ({
  verificationMethod: `${did}#${id}`,
  key: { algorithm, publicKeyMultibase, ...(certificates && { certificates }) },
});
