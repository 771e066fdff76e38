import { createPrivateKey, createPublicKey, sign as edSign, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { CredentialType, SealIntent, Sign, Trust, TrustedKey } from '@divoc/core/api';
import { deriveCredentialType } from '../../../core/services/certificates/credential-type.js';
import { base58btc } from './base58.js';

export const recordSchema: Record<string, unknown> = JSON.parse(
  readFileSync(new URL('../../../schemas/records/vaccination.json', import.meta.url), 'utf8'),
);

export const typeOf = (schema: unknown): CredentialType =>
  deriveCredentialType(schema, { name: 'VaccinationCredential', record: 'vaccination', major: 1, publicUrl: 'https://health.example' });

export const type = typeOf(recordSchema);

/** A key made from a fixed seed, so that a failing test fails again. */
export function testKey(seed: number): { key: KeyObject; multibase: string; sign: Sign } {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, seed)]);
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  return {
    key,
    multibase: `z${base58btc(Buffer.concat([Buffer.from([0xed, 0x01]), raw]))}`,
    sign: async (data) => edSign(null, data, key),
  };
}

export const issuerKey = testKey(1);
export const issuer = 'did:web:health.example';
export const verificationMethod = `${issuer}#${issuerKey.multibase}`;
export const at = new Date('2026-11-23T12:00:00Z');

export const subject = {
  patient: {
    name: 'Bhāya Mitra',
    birthDate: '1994-11-30',
    age: '29',
    gender: 'male',
    nationality: 'Indian',
    district: 'Bengaluru',
    postalCode: '560034',
  },
  vaccineName: 'CoVax',
  manufacturer: 'COVPharma',
  lotNumber: 'MB3428BX',
  occurrenceDateTime: '2020-12-02T19:21:18.646Z',
  doseNumber: 1,
  seriesDoses: 2,
  effectiveFrom: '2020-12-02',
  effectiveUntil: '2025-12-02',
  facility: { name: 'ABC Medical Center', district: 'Bengaluru South', region: 'Karnataka', postalCode: '560035' },
  performer: { name: 'Sooraj Singh' },
};

export const intent: SealIntent = {
  id: 'urn:uuid:01936b1e-6a00-7000-8000-000000000001',
  issuer,
  type,
  validFrom: '2026-11-23T10:00:00.123Z',
  validUntil: '2036-11-23T10:00:00.000Z',
  created: '2026-11-23T10:00:01.456Z',
  verificationMethod,
  subject,
};

export function trustOf(key: Partial<TrustedKey> = {}, types: readonly CredentialType[] = [type]): Trust {
  const trusted = { id: verificationMethod, controller: issuer, publicKeyMultibase: issuerKey.multibase, ...key };
  return {
    key: (id) => (id === trusted.id ? trusted : undefined),
    issuer: (did) => did === issuer,
    type: (hash) => types.find((known) => known.hash === hash)?.document,
  };
}
