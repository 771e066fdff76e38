import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeDivocZip } from '../../api/divoc-zip.js';
import { encodePixelPass } from '../../internal/pixelpass.js';
import { revocationHash } from '../../internal/revocation-hash.js';
import { deriveCredentialType } from '../../services/certificates/credential-type.js';
import { collage, pdfOf, qrPng } from '../../services/verification/readers/files.fixture.js';
import { credentialFixture, SUBJECT } from '../../testkit/credential-fixture.js';
import { KINDS } from '../../testkit/foreign-credentials.js';
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
const subject = { ...SUBJECT, manufacturer: 'COVPharma', performer: { name: 'Sooraj Singh' } };

/** An issuer that seals with the plugins as they are installed, found in the way in which divoc verify finds them. */
function issuer(did: string, seed: number) {
  const { bundle, intent, key } = credentialFixture({ did, seed, type, subject });
  return {
    bundle,
    seal: async (kind: 'eddsa-rdfc-2022' | 'eddsa-jcs-2022', id = intent.id) => {
      const { formats, leftOut } = await installedFormats(repository, '/nowhere', () => silent);
      const format = Object.values(formats).find(({ recognises }) => recognises(KINDS[kind]));
      if (!format) throw new Error(`the format of ${kind} is not installed or not built: ${leftOut.join('; ')}`);
      return (await format.seal({ ...intent, id }, key.sign)) as { readonly credentialSubject: object };
    },
  };
}

const REVOKED_ID = 'urn:uuid:01936b1e-6a00-7000-8000-000000000002';

export interface Material {
  readonly folder: string;
  /** A data folder that trusts one issuer, with the rubble of a house that ran there. */
  readonly home: string;
  /** A trust file for the other issuer. */
  readonly strangersTrust: string;
  /** The public key of DIVOC's sample certificates, in PEM. */
  readonly legacyKey: string;
  /** File names with what a verifier has to say of them. */
  readonly expected: Readonly<Record<string, string>>;
}

/** Certificates in all the forms in which they travel, sound and unsound. */
export async function makeMaterial(): Promise<Material> {
  const folder = mkdtempSync(join(tmpdir(), 'divoc-verify-'));
  const home = join(folder, 'home');
  const [own, strange] = [issuer('did:web:health.example', 1), issuer('did:web:stranger.example', 2)];
  mkdirSync(join(home, 'trust'), { recursive: true });
  const revocations = [{ issuer: 'did:web:health.example', updated: AT, hashes: [revocationHash(REVOKED_ID)] }];
  writeFileSync(join(home, 'trust', 'main.json'), JSON.stringify({ ...own.bundle, revocations }));
  writeFileSync(join(home, 'divoc.sqlite'), 'not a database');
  mkdirSync(join(home, 'keys'));
  const strangersTrust = join(folder, 'stranger.trust');
  writeFileSync(strangersTrust, JSON.stringify(strange.bundle));
  const legacyKey = join(folder, 'divoc-2021.pem');
  writeFileSync(legacyKey, JSON.parse(readFileSync(join(vectors, 'keys.json'), 'utf8')).keys[0].pem);

  const sound = await own.seal('eddsa-rdfc-2022');
  const jcs = await own.seal('eddsa-jcs-2022');
  const foreign = await strange.seal('eddsa-rdfc-2022');
  const changed = <T extends { credentialSubject: object }>(credential: T): T => ({
    ...credential,
    credentialSubject: { ...credential.credentialSubject, doseNumber: 2 },
  });
  const altered = changed(sound);
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
    'jcs.json': [JSON.stringify(jcs), 'VERIFIED'],
    'jcs.zip': [encodeDivocZip(jcs), 'VERIFIED'],
    'pixelpass.txt': [`${encodePixelPass(sound)}\n`, 'VERIFIED'],
    'pixelpass.png': [await qrPng(encodePixelPass(jcs)), 'VERIFIED'],
    'jcs.pdf': [await pdfOf({ codes: [encodePixelPass(jcs)], attached: { 'certificate.json': jcs } }), 'VERIFIED'],
    'revoked.json': [JSON.stringify(await own.seal('eddsa-rdfc-2022', REVOKED_ID)), 'REVOKED'],
    'revoked-jcs.txt': [encodePixelPass(await own.seal('eddsa-jcs-2022', REVOKED_ID)), 'REVOKED'],
    'altered-jcs.json': [JSON.stringify(changed(jcs)), 'INVALID_SIGNATURE'],
    'altered-pixelpass.txt': [encodePixelPass(changed(jcs)), 'INVALID_SIGNATURE'],
    'two-forms.pdf': [await pdfOf({ codes: [zip], attached: { 'certificate.json': jcs } }), 'INVALID_ENCODING'],
    'cut-pixelpass.txt': [encodePixelPass(jcs).slice(0, 300), 'INVALID_COMPRESSION'],
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
    // Known from others by credential-divoc alone.
    'divoc-2021.zip': [legacy, 'ISSUER_NOT_TRUSTED'],
    'divoc-2021.png': [await qrPng(legacy), 'ISSUER_NOT_TRUSTED'],
  };
  for (const [name, [content]] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return {
    folder,
    home,
    strangersTrust,
    legacyKey,
    expected: Object.fromEntries(Object.entries(files).map(([name, [, status]]) => [name, status])),
  };
}

const PORT = "{ $divoc: 'port', name: 'credential-format', major: 0, id: 'credential-format/0', scoped: false }";
const part = (name: string, provides: string, ports: string) =>
  `export default { $divoc: 'part', id: '${name}', summary: 'x.', uses: {}, provides: ${provides}, setup: async () => (${ports}) };`;

/** Writes a package `@divoc/<name>` into a folder's node_modules; without code it is one that was never built. */
function install(folder: string, name: string, code: string | undefined): void {
  const home = join(folder, 'node_modules', '@divoc', name);
  mkdirSync(home, { recursive: true });
  const meta = {
    name: `@divoc/${name}`,
    version: '1.0.0',
    type: 'module',
    exports: { '.': './index.js', './package.json': './package.json' },
  };
  writeFileSync(join(home, 'package.json'), JSON.stringify({ ...meta, divoc: { id: name, kernelApi: '^1.0.0' } }));
  if (code !== undefined) writeFileSync(join(home, 'index.js'), code);
}

const YES = `{ mediaType: 'application/yes', recognises: () => true, open: async () => ({ status: 'VERIFIED', answers: {}, reasons: [] }) }`;

/** Installs, in a folder of its own, a format that says VERIFIED to everything. Returns the folder. */
export function installYesFormat(folder: string): string {
  install(join(folder, 'yes'), 'credential-yes', part('credential-yes', `{ format: ${PORT} }`, `{ ports: { format: ${YES} } }`));
  return join(folder, 'yes');
}

/** Installs, in a folder of their own, formats that cannot be used beside one that can. Returns the folder, and their names. */
export function installBrokenFormats(folder: string): { readonly cwd: string; readonly names: readonly string[] } {
  const cwd = join(folder, 'broken');
  const broken: Record<string, string | undefined> = {
    'credential-unbuilt': undefined,
    'credential-syntax': 'export default {',
    'credential-throws': "throw 'no error, but a text'",
    'credential-setup': part('credential-setup', `{ format: ${PORT} }`, "(() => { throw new Error('no key') })()"),
    'credential-empty': part('credential-empty', '{}', '{ ports: {} }'),
    'credential-hollow': part('credential-hollow', `{ format: ${PORT} }`, '{ ports: { format: {} } }'),
  };
  for (const [name, code] of Object.entries(broken)) install(cwd, name, code);
  mkdirSync(join(cwd, 'node_modules', '@divoc', 'credential-garbled'), { recursive: true });
  writeFileSync(join(cwd, 'node_modules', '@divoc', 'credential-garbled', 'package.json'), '{');
  install(cwd, 'credential-sound', `export { default } from '${join(repository, 'plugins', 'credential-jcs', 'dist', 'plugin.js')}';`);
  const meta = join(cwd, 'node_modules', '@divoc', 'credential-sound', 'package.json');
  writeFileSync(meta, readFileSync(meta, 'utf8').replace('"id":"credential-sound"', '"id":"credential-jcs"'));
  return { cwd, names: [...Object.keys(broken), 'credential-garbled'] };
}
