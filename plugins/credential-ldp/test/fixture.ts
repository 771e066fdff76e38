import { readFileSync } from 'node:fs';
import type { CredentialType } from '@divoc/core/api';
import { credentialFixture, SEALED_AT, SUBJECT, testKey } from '@divoc/core/testkit';
import { deriveCredentialType } from '../../../core/services/certificates/credential-type.js';

export { testKey };

export const recordSchema: Record<string, unknown> = JSON.parse(
  readFileSync(new URL('../../../schemas/records/vaccination.json', import.meta.url), 'utf8'),
);

export const typeOf = (schema: unknown): CredentialType =>
  deriveCredentialType(schema, { name: 'VaccinationCredential', record: 'vaccination', major: 1, publicUrl: 'https://health.example' });

export const type = typeOf(recordSchema);

export const subject = {
  ...SUBJECT,
  patient: { ...SUBJECT.patient, age: '29', nationality: 'Indian', district: 'Bengaluru', postalCode: '560034' },
  manufacturer: 'COVPharma',
  effectiveFrom: '2020-12-02',
  effectiveUntil: '2025-12-02',
  facility: { ...SUBJECT.facility, region: 'Karnataka', postalCode: '560035' },
  performer: { name: 'Sooraj Singh' },
};

/** The testkit's issuer, with what the house derives from its own record schema. */
export const fixture = credentialFixture({ type, subject });
export const at = SEALED_AT;
export const { did: issuer, key: issuerKey, verificationMethod, intent, bundle } = fixture;
export const trustOf = fixture.trust;
