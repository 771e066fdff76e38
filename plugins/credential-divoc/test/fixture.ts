import { createPublicKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Trust, TrustedKey } from '@divoc/core/api';
import { divocFormat } from '../src/divoc-format.js';

export const CONTEXT = 'https://divoc.dev/credentials/vaccination/v2';
export const format = divocFormat(CONTEXT);
export const at = new Date('2026-11-26T00:00:00Z');

export const folder = join(process.env.DIVOC_VECTORS ?? '../shared/vectors', 'divoc');
if (!existsSync(folder)) throw new Error(`the test vectors are missing at ${folder}; set DIVOC_VECTORS to the folder above`);

export type Document = Record<string, never> & {
  readonly '@context': string[];
  readonly credentialSubject: Record<string, unknown>;
  readonly evidence: Record<string, unknown>[];
  readonly proof: Record<string, string>;
};

export const bytesOf = (file: string): Buffer => readFileSync(join(folder, file));
export const jsonOf = (file: string) => JSON.parse(bytesOf(file).toString('utf8'));
export const certificate = (name: string): Document => jsonOf(`certificates/${name}.json`);

interface Expected {
  readonly certificates: readonly { readonly file: string; readonly signature: 'valid' | 'invalid' }[];
  readonly qr: readonly { readonly file: string; readonly certificate: string; readonly signature: 'valid' }[];
}
export const expected: Expected = jsonOf('expected.json');
export const VALID = ['rsa-v1', 'rsa-v1-other-host', 'rsa-v2', 'ed25519-v1'] as const;

/** DIVOC's two sample keys, as somebody hands over a PEM file: nothing says whose they are. */
export const sampleKeys: readonly TrustedKey[] = jsonOf('keys.json').keys.map(({ id, spkiBase64 }: Record<string, string>) => {
  const key = createPublicKey({ key: Buffer.from(spkiBase64 as string, 'base64'), format: 'der', type: 'spki' });
  return { id, controller: '', publicKeyJwk: key.export({ format: 'jwk' }) };
});

export function trusting(keys: readonly TrustedKey[]): Trust {
  return {
    key: (id) => keys.find((key) => key.id === id),
    issuer: (issuer) => keys.some(({ controller }) => controller === issuer),
    type: () => undefined,
    keysFor: () => keys,
  };
}

export const open = (document: unknown, trust = trusting(sampleKeys)) => format.open(document, trust, at);
