import { readFileSync } from 'node:fs';
import type { Finding, JsonSchema } from '../api/plugin.js';
import { selfSigned, type TlsPair } from './self-signed.js';

/** Files in PEM, or a certificate of our own making. */
export type TlsConfig = { readonly certificate: string; readonly key: string } | { readonly selfSigned: true };

export const tlsConfig: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  dependentRequired: { certificate: ['key'], key: ['certificate'] },
  description: 'Serves https. Without it, put a proxy in front that does.',
  properties: {
    certificate: { type: 'string', minLength: 1, 'x-file': true, description: 'PEM: the certificate, and those that signed it behind it.' },
    key: { type: 'string', minLength: 1, 'x-file': true, description: 'PEM: its private key.' },
    selfSigned: { const: true, description: 'A new certificate that nobody has signed, with every start: for tests, never in production.' },
  },
};

/** What the schema cannot say. */
export function checkTls(tls: object | undefined, profile: string): Finding[] {
  if (tls === undefined || !('selfSigned' in tls)) return [];
  const at = { pointer: '/tls/selfSigned' };
  if (profile === 'production') {
    return [{ ...at, code: 'TLS_SELF_SIGNED', message: 'nobody can tell who serves with it; name tls.certificate and tls.key' }];
  }
  return 'certificate' in tls
    ? [{ ...at, code: 'TLS_UNCLEAR', message: 'is one way to have a certificate, and tls.certificate another' }]
    : [];
}

/** Throws an Error that names the file which cannot be read. */
export function tlsPair(tls: TlsConfig, host: string, now: Date): TlsPair {
  if ('selfSigned' in tls) return selfSigned(host, now);
  return { cert: readPem(tls.certificate), key: readPem(tls.key) };
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`tls: ${file} cannot be read: ${(cause as NodeJS.ErrnoException).code}`, { cause });
  }
}
