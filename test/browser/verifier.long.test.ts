import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { trustOfIntent } from '../../core/api/index.js';
import { didDocument } from '../../core/services/certificates/did-document.js';
import { statusListType } from '../../core/services/certificates/status-list-type.js';
import { documentSigner, SEALED_AT, testKey } from '../../core/testkit/index.js';
import { divocFormat } from '../../plugins/credential-divoc/src/divoc-format.js';
import { hcertFormat } from '../../plugins/credential-hcert/src/hcert-format.js';
import { ICVP_PRODUCTS, productsOf } from '../../plugins/credential-hcert/src/icvp-products.js';
import { jcsFormat } from '../../plugins/credential-jcs/src/jcs-format.js';
import { joseFormat } from '../../plugins/credential-jose/src/jose-format.js';
import { ldpFormat } from '../../plugins/credential-ldp/src/ldp-format.js';
import { disclose } from '../../plugins/credential-ldp/src/selective/disclose.js';
import { selectiveFormat } from '../../plugins/credential-ldp/src/selective/selective-format.js';
import { fixture as record } from '../../plugins/credential-ldp/test/fixture.js';
import { sdJwtFormat } from '../../plugins/credential-sd-jwt/src/sd-jwt-format.js';
import { shcFormat } from '../../plugins/credential-shc/src/shc-format.js';
import { vdsNcFormat } from '../../plugins/credential-vds-nc/src/vds-nc-format.js';
import { bundledChromium } from '../../plugins/template-chromium/src/bundled-chromium.js';
import { newHome } from '../journeys/running-house.js';
import { type Input, verdicts } from './verifier-page.js';

const PAGE = 'https://verifier.example/';
/** The strictest one under which a script runs at all: nothing is fetched, and no text is made into code. */
const POLICY = "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'";

/** Files by name: the entry, and what it loads when it is needed. */
type Bundled = ReadonlyMap<string, string>;
const ENTRY = 'verifier.js';

/** The page's scripts as a web site would have them bundled. */
async function bundled(): Promise<Bundled> {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    root: fileURLToPath(new URL('../..', import.meta.url)),
    resolve: { conditions: ['divoc-source', 'browser', 'module', 'import', 'default'] },
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: fileURLToPath(new URL('verifier-page.ts', import.meta.url)), formats: ['es'], fileName: () => ENTRY },
    },
  });
  const files = [result].flat().flatMap((each) => ('output' in each ? each.output : []));
  return new Map(files.map((file) => [file.fileName, 'code' in file ? file.code : '']));
}

let scripts: Bundled;
let browser: Browser;
const home = newHome();
beforeAll(async () => {
  scripts = await bundled();
  const { executable, libraries } = bundledChromium(home);
  browser = await chromium.launch({
    executablePath: executable,
    args: ['--disable-background-networking', '--disable-gpu', '--disable-dev-shm-usage'],
    chromiumSandbox: process.getuid?.() !== 0,
    env: { HOME: home, LD_LIBRARY_PATH: libraries },
  });
});
afterAll(async () => {
  await browser?.close();
  rmSync(home, { recursive: true, force: true });
});

interface Told {
  readonly verdicts: readonly unknown[];
  readonly milliseconds: number;
}

/** Has the page verify, and tells what it asked for besides itself. */
async function inBrowser(trust: readonly unknown[], inputs: readonly Input[], { attack = '' } = {}) {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  try {
    const asked: string[] = [];
    await context.route('**/*', (route) => {
      const url = route.request().url();
      const headers = { 'content-security-policy': POLICY };
      if (url === PAGE) return route.fulfill({ body: '<!doctype html><title>Verifier</title>', contentType: 'text/html', headers });
      const script = scripts.get(url.slice(PAGE.length));
      if (script !== undefined) return route.fulfill({ body: attack + script, contentType: 'text/javascript', headers });
      asked.push(url);
      return route.abort();
    });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    page.on('console', (line) => errors.push(line.text()));
    await page.goto(PAGE);
    // As text: what vitest makes of an import would not run there.
    const told: Told = await page.evaluate(`(async () => {
      const { verdicts } = await import(${JSON.stringify(`${PAGE}${ENTRY}`)});
      const begun = performance.now();
      const told = await verdicts(${JSON.stringify(trust)}, ${JSON.stringify(inputs)});
      return { verdicts: told, milliseconds: performance.now() - begun };
    })()`);
    return { ...told, asked, errors };
  } finally {
    await context.close();
  }
}

const EC = documentSigner(0);
const ED = testKey(1);
const LIST = (name: string) => `https://health.example/status/${name}`;
const issuing = { country: 'XA', issuer: 'Ministry of Health', timeZone: 'Asia/Kolkata' };
const products = productsOf(ICVP_PRODUCTS);
const STAMARIL = 'YellowFeverProductd2c75a15ed309658b3968519ddb31690';

/** What a house would have issued: one of each format, and those who trust it. */
async function issued() {
  const subject = {
    ...record.intent.subject,
    patient: { name: 'Bhaya Mitra', birthDate: '1994-11-30', gender: 'female', nationality: 'LKA' },
    vaccineName: 'Covishield',
    occurrenceDateTime: '2026-08-20T09:30:00+05:30',
    effectiveFrom: '2026-08-20',
    effectiveUntil: '2036-08-20',
  };
  const entry = (statusPurpose: 'revocation' | 'suspension', name: string, statusListIndex: number) => ({
    statusPurpose,
    statusListIndex,
    statusListCredential: LIST(name),
  });
  const { did, type } = record;
  const certified = { ...record.intent, key: EC.key, verificationMethod: `${did}#${EC.key.publicKeyMultibase}` };
  const of = (place: number) => ({
    ...record.intent,
    subject,
    status: [entry('revocation', 'r1', place), entry('suspension', 's1', place)],
  });
  const ec = (changes: object = {}) => ({ ...certified, subject: { ...subject, ...changes } });
  const list = (name: string, purpose: string, set: number) => {
    const bits = new Uint8Array(131_072);
    bits[set >> 3] = 0x80 >> (set & 7);
    const encodedList = `u${gzipSync(bits).toString('base64url')}`;
    const about = { id: `${LIST(name)}#list`, type: 'BitstringStatusList', statusPurpose: purpose, encodedList };
    return ldpFormat.seal({ ...record.intent, id: LIST(name), type: statusListType('https://health.example'), subject: about }, ED.sign);
  };
  const hcert = (kind: 'eu-dcc' | 'icvp') =>
    hcertFormat({ products, issuing: { ...issuing, kind, vaccines: { Stamaril: { product: STAMARIL } } } });
  const selective = await selectiveFormat(['/credentialSubject/doseNumber']).seal(ec(), EC.sign);
  const documents: Record<string, unknown> = {
    ldp: await ldpFormat.seal(of(7), ED.sign),
    'ldp, revoked': await ldpFormat.seal(of(11), ED.sign),
    'ldp, suspended': await ldpFormat.seal(of(13), ED.sign),
    jcs: await jcsFormat.seal(of(8), ED.sign),
    jose: await joseFormat('Ed25519').seal(of(9), ED.sign),
    'selectively disclosable': selective,
    'selectively disclosed': await disclose(selective as never, ['/credentialSubject/patient/name'], trustOfIntent(ec())),
    divoc: await divocFormat('https://divoc.dev/credentials/vaccination/v2').seal({ ...record.intent, subject }, ED.sign),
    'eu-dcc': await hcert('eu-dcc').seal(ec(), EC.sign),
    icvp: await hcert('icvp').seal(ec({ vaccineName: 'Stamaril' }), EC.sign),
    shc: await shcFormat({
      vaccines: { Covishield: { system: 'http://hl7.org/fhir/sid/cvx', code: '210' } },
      timeZone: 'UTC',
    } as never).seal(ec(), EC.sign),
    'sd-jwt': await sdJwtFormat.seal(ec(), EC.sign),
    'vds-nc': await vdsNcFormat({ country: 'XAA', vaccines: { Covishield: { vaccine: 'XM68M6' } }, timeZone: 'UTC' }).seal(ec(), EC.sign),
  };
  const keys = [
    { id: ED.multibase, purpose: 'vc', algorithm: 'Ed25519', publicKeyMultibase: ED.multibase, active: true },
    { id: EC.key.publicKeyMultibase, purpose: 'hcert', active: true, ...EC.key },
  ] as const;
  const listType = statusListType('https://health.example');
  const bundle = {
    divocTrust: 1,
    didDocuments: [didDocument(did, keys as never)],
    contexts: { [type.hash]: type.document, [listType.hash]: listType.document },
    revocations: [{ issuer: did, hashes: [] }],
    statusLists: { [LIST('r1')]: await list('r1', 'revocation', 11), [LIST('s1')]: await list('s1', 'suspension', 13) },
  };
  return { documents, trust: [bundle] };
}

/** What is not VERIFIED as it is. */
const EXPECTED: Readonly<Record<string, string>> = {
  'ldp, revoked': 'REVOKED',
  'ldp, suspended': 'SUSPENDED',
  // A base proof is for the holder, and no verifier's.
  'selectively disclosable': 'INVALID_SIGNING_FORMAT',
};

/** Each as it is, with one letter in the middle of its longest text changed, cut off, and read before it was issued. */
function* variants(name: string, document: unknown): Generator<readonly [string, Input]> {
  const at = SEALED_AT.toISOString();
  const text = JSON.stringify(document);
  const texts = [...text.matchAll(/"([^"]{20,})"/g)].sort((a, b) => b[1]!.length - a[1]!.length);
  const middle = (texts[0]?.index ?? 0) + Math.floor((texts[0]?.[0].length ?? 0) / 2);
  const letter = text[middle] === '3' ? '4' : '3';
  yield [name, { document, at }];
  yield [`${name}, altered`, { document: JSON.parse(text.slice(0, middle) + letter + text.slice(middle + 1)), at }];
  yield [`${name}, as text`, { document: typeof document === 'string' ? document.slice(0, -3) : text, at }];
  yield [`${name}, too early`, { document, at: '2026-01-01T00:00:00Z' }];
}

it('says in a browser what it says in Node, asks nobody for anything, and needs no code made from text', async () => {
  const { documents, trust } = await issued();
  const cases = Object.entries(documents).flatMap(([name, document]) => [...variants(name, document)]);
  for (const odd of [null, 7, '', 'HC1:', 'shc:/', {}, { proof: {} }, '{"a":'.repeat(50_000)]) {
    cases.push([`odd: ${JSON.stringify(odd).slice(0, 20)}`, { document: odd, at: SEALED_AT.toISOString() }]);
  }
  const inputs = cases.map(([, input]) => input);
  const node = await verdicts(trust, inputs);
  const { verdicts: told, milliseconds, asked, errors } = await inBrowser(trust, inputs);
  const named = (all: readonly unknown[]) => Object.fromEntries(cases.map(([name], at) => [name, all[at]]));
  expect(named(told)).toEqual(JSON.parse(JSON.stringify(named(node))));
  expect([asked, errors]).toEqual([[], []]);
  // Neither side says one thing of everything.
  const statuses = Object.fromEntries(cases.map(([name], at) => [name, node[at]?.status]));
  for (const name of Object.keys(documents)) expect([name, statuses[name]]).toEqual([name, EXPECTED[name] ?? 'VERIFIED']);
  for (const name of Object.keys(documents)) expect([name, statuses[`${name}, altered`]]).not.toEqual([name, 'VERIFIED']);

  const all = [...scripts.values()];
  for (const code of all) expect(code).not.toMatch(/["']node:[a-z/_]+["']|vite-browser-external/);
  const bytes = all.reduce((sum, code) => sum + Buffer.byteLength(code), 0);
  const zipped = all.reduce((sum, code) => sum + gzipSync(code).length, 0);
  console.log(`${inputs.length} inputs in ${Math.round(milliseconds)} ms; ${bytes} bytes, ${zipped} with gzip`);
  // Twice of what it was when this was written: what makes it larger than that should be looked at.
  expect(zipped).toBeLessThan(420_000);
});

it('is a test that sees a request, and code that is made from text', async () => {
  const attack = "fetch('https://elsewhere.example/?who').catch(() => {}); try { new Function('1') } catch (e) { console.log(e.name) }\n";
  const { asked, errors } = await inBrowser([], [], { attack });
  expect([asked.length + errors.filter((text) => /elsewhere/.test(text)).length > 0, errors]).toEqual([
    true,
    expect.arrayContaining([expect.stringMatching(/EvalError/)]),
  ]);
});
