// What the benchmarks of credentials start from: records, their type, a key from a fixed seed, and the house's format.
import { createPublicKey } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { unsignedCredential } from '../../core/dist/api/index.js';
import { loadRecordTypes } from '../../core/dist/services/certificates/record-type.js';
import { declaredTypes } from '../../core/dist/services/certificates/type-settings.js';
import { credentialFixture, testKey } from '../../core/dist/testkit/credential-fixture.js';
import { setUpPart } from '../../core/dist/testkit/set-up-part.js';
import plugin from '../../plugins/credential-ldp/dist/plugin.js';
import { addTypeProof } from '../../plugins/credential-ldp/dist/src/type-proof.js';

const demo = fileURLToPath(new URL('../../adopters/demo', import.meta.url));
export const { type } = loadRecordTypes(demo, 'https://health.example', declaredTypes({})).get('vaccination');
export const { format } = (await setUpPart(plugin)).ports;

const SEED = 7;
export const seed = Buffer.alloc(32, SEED);
export const { key: privateKey, multibase: publicKeyMultibase, sign } = testKey(SEED);
export const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
const fixture = credentialFixture({ seed: SEED, type });
export const { did: issuer, verificationMethod } = fixture;
export const trust = fixture.trust();

const subject = (number) => ({
  patient: { name: `Asha Perera ${number}`, birthDate: '1984-03-14', gender: 'female', nationality: 'Sri Lankan' },
  vaccineName: 'CoVax',
  manufacturer: 'COVPharma',
  lotNumber: 'MB3428BX',
  occurrenceDateTime: '2026-11-20T09:30:00+05:30',
  doseNumber: 1,
  seriesDoses: 2,
  effectiveFrom: '2026-12-04',
  effectiveUntil: '2027-12-02',
  facility: { name: 'ABC Medical Center', district: 'Colombo', region: 'Western', country: 'LKA' },
  performer: { name: 'Sooraj Singh' },
});

const instant = '2026-11-25T06:00:00.000Z';
let number = 0;
/** Of another person each time, so that nothing is won by keeping results. */
export function newIntent() {
  number += 1;
  const id = `urn:uuid:01932b6e-5c1f-7d3a-9e42-${number.toString(16).padStart(12, '0')}`;
  return { id, issuer, type, validFrom: instant, created: instant, verificationMethod, subject: subject(number) };
}

export const seal = (intent = newIntent()) => format.seal(intent, sign);

/** No more than the proof: from the record to canonical bytes to the signature. */
export const prove = (intent = newIntent()) =>
  addTypeProof({ type: type.document, url: type.url }, unsignedCredential(intent), intent, sign);
