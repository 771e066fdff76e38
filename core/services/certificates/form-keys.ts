import { type CredentialFormat, canonicalJson, type SealIntent } from '../../api/index.js';
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

type Keyed = Pick<SealIntent, 'verificationMethod' | 'created'> & { readonly keys?: Readonly<Record<string, FormKey>> };

/** The verification methods of an intent, that of its primary form first. */
export const methodsOf = ({ verificationMethod, keys = {} }: Keyed): readonly string[] => [
  verificationMethod,
  ...Object.values(keys).map((key) => key.verificationMethod),
];

/** Whether two states of one intent lead to the same seals. */
export const isSameKeyed = (a: Keyed, b: Keyed): boolean =>
  canonicalJson([methodsOf(a), a.created]) === canonicalJson([methodsOf(b), b.created]);

/** A key's id, of its verification method. */
export const keyIdOf = (verificationMethod: string): string => verificationMethod.slice(verificationMethod.indexOf('#') + 1);
