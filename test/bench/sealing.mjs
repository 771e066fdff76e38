// What the benchmarks of credentials start from: records, their type, a key from a fixed seed, and the house's format.
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { loadRecordType } from '../../core/dist/services/certificates/record-type.js';
import plugin from '../../plugins/credential-ldp/dist/plugin.js';
import { ed25519Multibase } from '../../plugins/signer-file/dist/src/multibase.js';

const demo = fileURLToPath(new URL('../../adopters/demo', import.meta.url));
export const { type } = loadRecordType(demo, 'https://health.example');
export const { format } = (await plugin.setup({}, {})).ports;

/** An Ed25519 private key in PKCS #8 (RFC 8410) is this header and its seed. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
export const seed = Buffer.alloc(32, 7);
export const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
export const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
export const publicKeyMultibase = ed25519Multibase(publicKey);
export const issuer = 'did:web:health.example';
export const verificationMethod = `${issuer}#${publicKeyMultibase}`;

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

export const seal = (intent = newIntent()) => format.seal(intent, async (data) => new Uint8Array(sign(null, data, privateKey)));

const key = { id: verificationMethod, controller: issuer, publicKeyMultibase };
export const trust = {
  key: (id) => (id === verificationMethod ? key : undefined),
  issuer: (did) => did === issuer,
  type: (hash) => (hash === type.hash ? type.document : undefined),
};
