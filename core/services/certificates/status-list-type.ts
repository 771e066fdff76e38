import { type CredentialType, contentHash } from '../../api/index.js';

/**
 * The credential type of status lists. VC 2.0's own context has all of their terms, so this one adds none; its schema is
 * what the formats hold a list to.
 */
export function statusListType(publicUrl: string): CredentialType {
  const text = (pattern: string, maxLength: number) => ({ type: 'string', pattern, maxLength });
  const document = {
    '@context': {},
    base: `${publicUrl}/contexts/`,
    type: 'BitstringStatusListCredential',
    schema: {
      type: 'object',
      additionalProperties: false,
      required: ['id', 'type', 'statusPurpose', 'encodedList'],
      properties: {
        id: text('^https?://[^\\s]+#list$', 512),
        type: { const: 'BitstringStatusList' },
        statusPurpose: { enum: ['revocation', 'suspension'] },
        encodedList: text('^u[A-Za-z0-9_-]+$', 200_000),
      },
    },
  } as const;
  const hash = contentHash(document);
  return { name: document.type, hash, url: `${document.base}${hash}`, document };
}
