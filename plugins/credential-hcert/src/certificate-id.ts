import { type Content, onlyEntry } from './content.js';
import type { Cwt } from './cwt.js';
import { idOfUvci, urnOf } from './uvci.js';

/**
 * By what a certificate is known to lists of what was revoked: the certificate identifier of an EU DCC, else the token's
 * own id (RFC 8392, `cti`). Ours both hold the UUID of the credential: issuers of ours are known by a DID, and others'
 * identifiers stay as they are. Undefined where there is none.
 */
export function certificateId({ id }: Cwt, contents: readonly Content[], issuer: string): string | undefined {
  const dcc = contents.find(({ kind }) => kind === 'eu-dcc');
  const uvci = dcc && onlyEntry(dcc)?.ci;
  if (typeof uvci === 'string') return issuer.startsWith('did:') ? idOfUvci(uvci) : uvci;
  if (!id) return undefined;
  const hex = Array.from(id, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return id.length === 16 ? urnOf(hex) : hex;
}
