import { createPrivateKey, createPublicKey, sign as signWith } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeDivocZip } from '../../api/divoc-zip.js';
import type { SealIntent } from '../../api/index.js';
import { deriveCredentialType } from '../../services/certificates/credential-type.js';
import { collage, pdfOf, qrPng } from '../../services/verification/readers/files.fixture.js';
import { installedFormats } from '../credential-formats.js';

export const repository = fileURLToPath(new URL('../../..', import.meta.url));
/** A time at which the certificates are valid. */
export const AT = '2026-11-23T12:00:00Z';

const vectors = join(process.env.DIVOC_VECTORS ?? join(repository, '..', 'shared', 'vectors'), 'divoc');
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const schema: Record<string, unknown> = JSON.parse(readFileSync(join(repository, 'schemas', 'records', 'vaccination.json'), 'utf8'));
const type = deriveCredentialType(schema, {
  name: 'VaccinationCredential',
  record: 'vaccination',
  major: 1,
  publicUrl: 'https://health.example',
});
const subject = {
  patient: { name: 'Bhāya Mitra', birthDate: '1994-11-30', gender: 'male' },
  vaccineName: 'CoVax',
  manufacturer: 'COVPharma',
  lotNumber: 'MB3428BX',
  occurrenceDateTime: '2020-12-02T19:21:18.646Z',
  doseNumber: 1,
  seriesDoses: 2,
  facility: { name: 'ABC Medical Center', district: 'Bengaluru South' },
  performer: { name: 'Sooraj Singh' },
};

/** An issuer whose key is made of one byte. */
function issuer(did: string, seed: number) {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, seed)]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  const multibase = `z${base58(Buffer.concat([Buffer.from([0xed, 0x01]), raw]))}`;
  const method = { id: `${did}#${multibase}`, type: 'Multikey', controller: did, publicKeyMultibase: multibase };
  const bundle = {
    divocTrust: 1,
    didDocuments: [{ id: did, verificationMethod: [method], assertionMethod: [method.id] }],
    contexts: { [type.hash]: type.document },
  };
  const intent: SealIntent = {
    id: 'urn:uuid:01936b1e-6a00-7000-8000-000000000001',
    issuer: did,
    type,
    validFrom: '2026-11-23T10:00:00.000Z',
    validUntil: '2036-11-23T10:00:00.000Z',
    created: '2026-11-23T10:00:01.000Z',
    verificationMethod: method.id,
    subject,
  };
  return { bundle, seal: async () => (await installedLdp()).seal(intent, async (data) => signWith(null, data, key)) };
}

/** The plugin as it is installed, found in the way in which divoc verify finds it. */
async function installedLdp() {
  const { formats, leftOut } = await installedFormats(repository, '/nowhere', () => silent);
  const format = formats.find(({ mediaType }) => mediaType === 'application/vc');
  if (!format) throw new Error(`credential-ldp is not installed or not built: ${leftOut.join('; ')}`);
  return format;
}

function base58(bytes: Uint8Array): string {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  let text = '';
  for (let rest = BigInt(`0x${Buffer.from(bytes).toString('hex')}`); rest > 0n; rest /= 58n) text = alphabet[Number(rest % 58n)] + text;
  return text;
}

export interface Material {
  readonly folder: string;
  /** A data folder that trusts one issuer, with the rubble of a house that ran there. */
  readonly home: string;
  /** A trust file for the other issuer. */
  readonly strangersTrust: string;
  /** File names with what a verifier has to say of them. */
  readonly expected: Readonly<Record<string, string>>;
}

/** Certificates in all the forms in which they travel, sound and unsound. */
export async function makeMaterial(): Promise<Material> {
  const folder = mkdtempSync(join(tmpdir(), 'divoc-verify-'));
  const home = join(folder, 'home');
  const [own, strange] = [issuer('did:web:health.example', 1), issuer('did:web:stranger.example', 2)];
  mkdirSync(join(home, 'trust'), { recursive: true });
  writeFileSync(join(home, 'trust', 'main.json'), JSON.stringify(own.bundle));
  writeFileSync(join(home, 'divoc.sqlite'), 'not a database');
  mkdirSync(join(home, 'keys'));
  const strangersTrust = join(folder, 'stranger.trust');
  writeFileSync(strangersTrust, JSON.stringify(strange.bundle));

  const sound = (await own.seal()) as { credentialSubject: object };
  const foreign = await strange.seal();
  const altered = { ...sound, credentialSubject: { ...sound.credentialSubject, doseNumber: 2 } };
  const [zip, alteredZip] = [encodeDivocZip(sound), encodeDivocZip(altered)];
  const json = JSON.stringify(sound);
  const code = await qrPng(zip);
  const legacy = readFileSync(join(vectors, 'qr', 'rsa-v1.raw.bin'));

  const files: Record<string, readonly [Uint8Array | string, string]> = {
    'credential.json': [JSON.stringify(sound, null, 2), 'VERIFIED'],
    'qr-base64.txt': [`B64:${Buffer.from(zip).toString('base64')}\n`, 'VERIFIED'],
    'qr-utf8.txt': [Buffer.from(zip).toString('latin1'), 'VERIFIED'],
    'qr.zip': [zip, 'VERIFIED'],
    'code.png': [code, 'VERIFIED'],
    'photo.jpg': [await collage([code], 'jpeg', 8), 'VERIFIED'],
    'certificate.pdf': [await pdfOf({ codes: [zip], attached: { 'certificate.json': sound } }), 'VERIFIED'],
    'scan.pdf': [await pdfOf({ codes: [zip] }), 'VERIFIED'],
    'altered.json': [JSON.stringify(altered), 'INVALID_SIGNATURE'],
    'altered.png': [await qrPng(alteredZip), 'INVALID_SIGNATURE'],
    'altered.pdf': [await pdfOf({ codes: [alteredZip], attached: { 'certificate.json': altered } }), 'INVALID_SIGNATURE'],
    'foreign.json': [JSON.stringify(foreign), 'ISSUER_NOT_TRUSTED'],
    'patched.pdf': [await pdfOf({ codes: [zip], attached: { 'certificate.json': altered } }), 'INVALID_ENCODING'],
    'two-codes.png': [await collage([code, await qrPng(alteredZip)]), 'INVALID_ENCODING'],
    'twice.json': [json.replace('"doseNumber":1', '"doseNumber":2,"doseNumber":1'), 'INVALID_ENCODING'],
    'cut.zip': [zip.slice(0, 200), 'INVALID_COMPRESSION'],
    'cut.png': [code.subarray(0, 900), 'INVALID_ENCODING'],
    'cut.pdf': ['%PDF-1.7 and no more', 'INVALID_ENCODING'],
    'empty.json': ['', 'INVALID_ENCODING'],
    'prose.txt': ['https://example.org/certificate', 'INVALID_ENCODING'],
    'other.json': ['{"type":"Feature"}', 'NOT_SUPPORTED'],
    'divoc-2021.zip': [legacy, 'NOT_SUPPORTED'],
    'divoc-2021.png': [await qrPng(legacy), 'NOT_SUPPORTED'],
  };
  for (const [name, [content]] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return { folder, home, strangersTrust, expected: Object.fromEntries(Object.entries(files).map(([name, [, status]]) => [name, status])) };
}

/** Installs, in a folder of its own, a format that says VERIFIED to everything. Returns the folder. */
export function installYesFormat(folder: string): string {
  const home = join(folder, 'yes', 'node_modules', '@divoc', 'credential-yes');
  mkdirSync(home, { recursive: true });
  const meta = {
    name: '@divoc/credential-yes',
    version: '1.0.0',
    type: 'module',
    exports: { '.': './index.js', './package.json': './package.json' },
  };
  writeFileSync(join(home, 'package.json'), JSON.stringify({ ...meta, divoc: { id: 'credential-yes', kernelApi: '^1.0.0' } }));
  writeFileSync(
    join(home, 'index.js'),
    `const format = { mediaType: 'application/yes', recognises: () => true, open: async () => ({ status: 'VERIFIED', answers: {}, reasons: [] }) };
    const port = { $divoc: 'port', name: 'credential-format', major: 0, id: 'credential-format/0', scoped: false };
    export default { $divoc: 'part', id: 'credential-yes', summary: 'Yes.', uses: {}, provides: { format: port }, setup: async () => ({ ports: { format } }) };`,
  );
  return join(folder, 'yes');
}
