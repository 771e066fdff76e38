import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { deriveCredentialType } from '../../core/dist/services/certificates/credential-type.js';
import plugin from '../../plugins/credential-ldp/dist/plugin.js';
import { ed25519Multibase } from '../../plugins/signer-file/dist/src/multibase.js';

/** What both benchmarks of credentials start from: a record, its type, a key from a fixed seed, and the house's format. */
const schema = JSON.parse(readFileSync(new URL('../../schemas/records/vaccination.json', import.meta.url), 'utf8'));
export const type = deriveCredentialType(schema, {
  name: 'VaccinationCredential',
  record: 'vaccination',
  major: 1,
  publicUrl: 'https://health.example',
});
export const seed = Buffer.alloc(32, 7);
const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
export const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
export const rawPublicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
export const multibase = ed25519Multibase(rawPublicKey);
export const issuer = 'did:web:health.example';
export const verificationMethod = `${issuer}#${multibase}`;
export const { format } = (await plugin.setup({}, {})).ports;

export const subject = {
  patient: { name: 'Asha Perera', birthDate: '1984-03-14', gender: 'female', nationality: 'Sri Lankan' },
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
};

const instant = '2026-11-25T06:00:00.000Z';
let number = 0;
/** A new intent each time: nothing is won by keeping results. */
export const intent = () => ({
  id: `urn:uuid:01932b6e-5c1f-7d3a-9e42-${(number++).toString(16).padStart(12, '0')}`,
  issuer,
  type,
  validFrom: instant,
  created: instant,
  verificationMethod,
  subject,
});
export const signWith = async (data) => new Uint8Array(sign(null, data, privateKey));
export const seal = () => format.seal(intent(), signWith);

const key = { id: verificationMethod, controller: issuer, publicKeyMultibase: multibase };
export const trust = {
  key: (id) => (id === verificationMethod ? key : undefined),
  issuer: (did) => did === issuer,
  type: (hash) => (hash === type.hash ? type.document : undefined),
};
