import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { requestCertificate } from './issue-request.mjs';
import { quantile, row } from './measure.mjs';
import { atExit, root } from './programs.mjs';
import { newHome, startHouse } from './servers.mjs';

/** Milliseconds for which nothing else may have to wait. */
const LIMIT = 20;
const RECORDS = 1000;
const watcher = fileURLToPath(new URL('loop-watch.mjs', import.meta.url));

/** How long the event loop of a house that has just started is held: 1,000 certificates at once, single ones, a large credential. */
export async function run() {
  const folder = mkdtempSync(join(tmpdir(), 'divoc-bench-'));
  atExit(() => rmSync(folder, { recursive: true, force: true }));
  const [adopter, file] = [join(folder, 'adopter.yaml'), join(folder, 'turns.json')];
  const staff = { use: 'auth-local', with: { roles: { registrar: ['certificates:issue', 'certificates:read', 'vaccination:record'] } } };
  const transparency = { with: { origin: 'health.example/log', lookEverySeconds: 0.5, checkpointEverySeconds: 1 } };
  writeFileSync(
    adopter,
    JSON.stringify({ extends: [join(root, 'adopters/demo/adopter.yaml')], plugins: { staff }, services: { transparency } }),
  );
  const rows = [];
  const loads = {
    'POST /v1/issuances of 1,000': manyAtOnce,
    'POST /v1/vaccinations, 100': single,
    'POST /v1/verify of 4,000 values': large,
  };
  for (const [name, load] of Object.entries(loads)) {
    // Each in a house of its own: what is done for the first time takes longest.
    const house = await startHouse(newHome(adopter), adopter, { node: ['--import', watcher], env: { LOOP_WATCH_FILE: file } });
    try {
      const call = caller(house.address, house.token('registrar'));
      house.child.kill('SIGUSR2');
      await pause(100);
      await load(call, house);
      house.child.kill('SIGUSR2');
      while (!existsSync(file)) await pause(20);
      await pause(100);
      const turns = JSON.parse(readFileSync(file, 'utf8'));
      rows.push(row(`${name}: turns of the loop`, 'ms of CPU at most', Math.max(...turns), 'limit', LIMIT));
      rows.push(row(`${name}: turns of the loop`, 'ms of CPU, 99 %', quantile(turns, 0.99), 'limit', LIMIT));
    } finally {
      await house.stop();
      rmSync(file, { force: true });
    }
  }
  return rows;
}

const caller = (address, token) => async (method, path, body) => {
  const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
  const response = await fetch(`${address}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const answer = await response.json();
  if (!response.ok) throw new Error(`answered ${response.status}: ${JSON.stringify(answer).slice(0, 200)}`);
  return answer;
};

async function manyAtOnce(call) {
  const records = Array.from({ length: RECORDS }, (_, number) => ({
    patient: { name: `Asha Perera ${number}`, birthDate: '1984-03-14', gender: 'female', nationality: 'Sri Lankan' },
    vaccineName: 'CoVax',
    manufacturer: 'COVPharma',
    lotNumber: `LOT-${number}`,
    occurrenceDateTime: '2026-11-20T09:30:00+05:30',
    doseNumber: 1,
    seriesDoses: 2,
    facility: { name: 'ABC Medical Center', district: 'Colombo', country: 'LKA' },
    performer: { name: 'Sooraj Singh' },
  }));
  const { id } = await call('POST', '/v1/issuances', { records });
  for (const end = performance.now() + 120_000; (await call('GET', `/v1/issuances/${id}`)).state !== 'done'; await pause(200))
    if (performance.now() > end) throw new Error('the issuance does not end');
}

async function single(_call, { address, token }) {
  const bearer = token('registrar');
  for (let sent = 0; sent < 100; sent += 10) await Promise.all(Array.from({ length: 10 }, () => requestCertificate(address, bearer)));
}

/** As large as is admitted, under a key of the house, so that it is canonicalised before it is refused. */
async function large(call, { address }) {
  const did = await (await fetch(`${address}/.well-known/did.json`)).json();
  const list = Array.from({ length: 1900 }, (_, number) => ({ name: `part ${number}` }));
  const proof = {
    type: 'DataIntegrityProof',
    cryptosuite: 'eddsa-rdfc-2022',
    created: new Date().toISOString(),
    verificationMethod: did.verificationMethod[0].id,
    proofPurpose: 'assertionMethod',
    proofValue: `z${'3'.repeat(87)}`,
  };
  const credential = {
    '@context': ['https://www.w3.org/ns/credentials/v2', 'https://www.w3.org/ns/credentials/examples/v2'],
    type: ['VerifiableCredential'],
    issuer: did.id,
    credentialSubject: { list },
    proof,
  };
  for (let asked = 0; asked < 3; asked += 1) {
    const { status } = await call('POST', '/v1/verify', { credential });
    if (status !== 'INVALID_SIGNATURE') throw new Error(`the large credential was not canonicalised: ${status}`);
  }
}
