import type { HashName } from '@divoc/core/api';
import { canonicalForm } from '#canonical-form';

type Document = Readonly<Record<string, unknown>>;

/**
 * What a signature covers: the hash of the proof's configuration, then that of the document.
 *
 * `context`: of the document. `form`: the canonical form of it, proofs left out or not.
 */
export async function signedBytes(context: unknown, config: Document, hash: HashName, form: string): Promise<Uint8Array> {
  const { proofValue: _, ...unsigned } = config;
  const forms = [await canonicalForm({ ...unsigned, '@context': context }, hash), form];
  const digests = await Promise.all(forms.map((form) => crypto.subtle.digest(hash, new TextEncoder().encode(form))));
  const bytes = new Uint8Array(digests.reduce((length, { byteLength }) => length + byteLength, 0));
  bytes.set(new Uint8Array(digests[0] as ArrayBuffer));
  bytes.set(new Uint8Array(digests[1] as ArrayBuffer), (digests[0] as ArrayBuffer).byteLength);
  return bytes;
}
