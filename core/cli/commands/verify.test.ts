import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OWN, STRANGER, signedBy } from '../../verifier/trust-pins.fixture.js';
import { runCommand } from '../command.js';
import { AT, installBrokenFormats, installYesFormat, type Material, makeMaterial, repository } from './verify.fixture.js';
import { verify as command } from './verify.js';

const program = join(repository, 'core', 'bin', 'divoc.js');
const preload = join(repository, 'core', 'cli', 'commands', 'no-network.fixture.mjs');

let material: Material;
let networkLog: string;
beforeAll(async () => {
  material = await makeMaterial();
  networkLog = join(material.folder, 'network.log');
  writeFileSync(networkLog, '');
});
afterAll(() => rmSync(material.folder, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  readonly lines: Record<string, unknown>[];
  readonly out: string;
  readonly err: string;
}

/** Runs the built program, with every way to the network closed. */
function node(args: readonly string[], { cwd = repository, input = '' as string | Uint8Array } = {}): Promise<Run> {
  const env = { ...process.env, DIVOC_HOME: material.home, NETWORK_LOG: networkLog };
  const child = spawn(process.execPath, ['--import', preload, ...args], { cwd, env });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (said.err += text));
  child.stdin.on('error', () => undefined).end(input);
  return new Promise((resolve) =>
    child.on('close', (code) => {
      const lines = said.out.split('\n').filter((line) => line.startsWith('{'));
      resolve({ code, ...said, lines: lines.map((line) => JSON.parse(line)) });
    }),
  );
}
/** In a process of its own where standard input or the working folder matter, else here, where it is loaded once. */
const verify = (args: readonly string[], options?: { cwd?: string; input?: string | Uint8Array }): Promise<Run> =>
  options || args.includes('-') ? node([program, 'verify', ...args], options) : verifyHere(args);

async function verifyHere(args: readonly string[]): Promise<Run> {
  const said = { out: '', err: '' };
  const terminal = { out: (line: string) => (said.out += `${line}\n`), err: (line: string) => (said.err += `${line}\n`) };
  const code = await runCommand([command], ['verify', ...args], terminal, { ...process.env, DIVOC_HOME: material.home });
  const lines = said.out.split('\n').filter((line) => line.startsWith('{'));
  return { code, ...said, lines: lines.map((line) => JSON.parse(line)) };
}
const path = (name: string) => join(material.folder, name);

/** Files of the material, by default all, with the status that each was given. */
async function statuses(
  cwd?: string,
  names = Object.keys(material.expected),
): Promise<{ code: number | null; given: Record<string, unknown> }> {
  const files = names.map(path);
  const { code, lines } = await verify([...files, '--at', AT], { ...(cwd !== undefined && { cwd }) });
  expect(lines.map(({ file }) => file)).toEqual(files);
  return { code, given: Object.fromEntries(lines.map(({ file, status }) => [String(file).slice(material.folder.length + 1), status])) };
}

describe('divoc verify', () => {
  it('tells sound certificates from others in every form in which they come', async () => {
    expect(await statuses()).toEqual({ code: 1, given: material.expected });
  });

  // The control: whoever says VERIFIED to everything fails the test above, and for the right files.
  it('could not be replaced by something that always says VERIFIED', async () => {
    // In pictures and PDFs it is the same codes again, whose search takes most of the time.
    const texts = Object.keys(material.expected).filter((name) => !/\.(png|jpg|pdf)$/.test(name));
    const { code, given } = await statuses(installYesFormat(material.folder), texts);
    const wrongly = Object.keys(given).filter((name) => given[name] !== material.expected[name]);
    expect(wrongly).toEqual([
      'revoked.json',
      'revoked-jcs.txt',
      'altered-jcs.json',
      'altered-pixelpass.txt',
      'cut-pixelpass.txt',
      'altered.json',
      'foreign.json',
      'twice.json',
      'empty.json',
      'prose.txt',
      'other.json',
      'divoc-2021.zip',
    ]);
    expect(code).toBe(1);
  });

  it('prints one line a file, and exits 0 only when all are VERIFIED', async () => {
    const { code, lines, err, out } = await verify([path('credential.json'), path('code.png'), '--at', AT, '--json']);
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n')).toHaveLength(3);
    const claims = { id: 'urn:uuid:01936b1e-6a00-7000-8000-000000000001', credentialSubject: { patient: { name: 'Bhāya Mitra' } } };
    for (const line of lines) {
      expect(Object.keys(line)).toEqual(['file', 'format', 'status', 'answers', 'reasons', 'trust', 'claims']);
      expect(Object.keys(line.answers as object)).toEqual(['encoding', 'format', 'key', 'signature', 'status', 'rules']);
      expect(line).toMatchObject({ status: 'VERIFIED', reasons: [], trust: 'given', claims });
    }
  });

  it('says what the signature of an old certificate does not protect', async () => {
    const { code, lines } = await verify([path('divoc-2021.png'), '--at', AT, '--trust', material.legacyKey]);
    expect([code, lines[0]?.status]).toEqual([0, 'VERIFIED']);
    expect(lines[0]).toMatchObject({ format: 'divoc', reasons: [{ code: 'FIELDS_NOT_PROTECTED' }] });
    expect(lines[0]?.unprotected).toEqual(expect.arrayContaining(['/evidence/0/dose', '/evidence/0/totalDoses']));
  });

  it('judges as of the time that is given', async () => {
    const early = await verify([path('credential.json'), '--at', '2026-11-23']);
    const late = await verify([path('credential.json'), '--at', '2036-11-23T12:00:00+01:30']);
    expect([early.code, early.lines[0]?.status, late.code, late.lines[0]?.status]).toEqual([1, 'NOT_YET_VALID', 1, 'EXPIRED']);
  });

  it('reads standard input, and trusts the files that are named', async () => {
    const input = readFileSync(path('foreign.json'));
    const without = await verify(['-', '--at', AT], { input });
    const withTrust = await verify(['-', '--at', AT, '--trust', material.strangersTrust], { input });
    expect(without).toMatchObject({ code: 1, lines: [{ file: '-', status: 'ISSUER_NOT_TRUSTED' }] });
    expect(withTrust).toMatchObject({ code: 0, lines: [{ file: '-', status: 'VERIFIED' }] });
  });

  it('verifies what can be read, and exits 2 when something cannot', async () => {
    const run = await verify([path('none.json'), path('credential.json'), material.folder, path('altered.json'), '--at', AT]);
    expect(run.code).toBe(2);
    expect(run.lines.map(({ status }) => status)).toEqual(['VERIFIED', 'INVALID_SIGNATURE']);
    expect(run.err).toContain(`${path('none.json')} cannot be read: ENOENT`);
    expect(run.err).toContain(`${material.folder} cannot be read: EISDIR`);
  });

  it('names formats that cannot be used, once each, and verifies with the others', async () => {
    const { cwd, names } = installBrokenFormats(material.folder);
    const run = await verify([path('jcs.json'), path('credential.json'), '--at', AT], { cwd });
    expect(run.lines.map(({ status }) => status)).toEqual(['VERIFIED', 'NOT_SUPPORTED']);
    for (const name of names) expect([name, run.err.split('\n').filter((line) => line.includes(name)).length]).toEqual([name, 1]);
    expect(run.err.trim().split('\n')).toHaveLength(names.length);
  });

  it('says REVOKED by the list of the trust file, and nothing of it without one', async () => {
    const files = [path('revoked.json'), path('credential.json')];
    const told = await verify([...files, '--at', AT]);
    expect(told.lines).toMatchObject([
      { status: 'REVOKED', answers: { signature: 'pass', status: 'fail' }, reasons: [{ code: 'REVOKED' }] },
      { status: 'VERIFIED', answers: { status: 'pass' } },
    ]);
    const late = await verify([path('revoked.json'), '--at', '2036-11-24']);
    expect(late.lines).toMatchObject([{ status: 'REVOKED', reasons: [{ code: 'REVOKED' }, { code: 'EXPIRED' }] }]);
    const strangers = await verify([path('foreign.json'), '--trust', material.strangersTrust, '--at', AT]);
    expect(strangers.lines).toMatchObject([{ status: 'VERIFIED', answers: { status: 'not-checked' } }]);
  });

  it('says that there is no format, and where to get one', async () => {
    const cwd = path('empty');
    mkdirSync(cwd);
    const run = await verify([path('credential.json')], { cwd });
    expect(run).toMatchObject({ code: 2, lines: [] });
    expect(run.err).toContain('No credential format is installed here. Run: npm install @divoc/credential-ldp');
  });

  it.each<[string, () => string[], RegExp]>([
    ['no file', () => [], /Which files\?/],
    ['standard input twice', () => ['-', '-'], /can be read once/],
    ['a vague time', () => [path('credential.json'), '--at', 'tomorrow'], /--at must be an instant/],
    ['a day that is none', () => [path('credential.json'), '--at', '2026-02-30'], /--at must be an instant/],
    ['a trust file that is missing', () => [path('credential.json'), '--trust', path('none.json')], /none\.json cannot be read: ENOENT/],
    ['a trust file that is none', () => [path('credential.json'), '--trust', path('prose.txt')], /prose\.txt: line 1, column 1: expected/],
  ])('refuses %s', async (_what, args, message) => {
    const run = await verify(args());
    expect(run).toMatchObject({ code: 2, lines: [] });
    expect(run.err).toMatch(message);
    expect(run.err).toContain('Try: divoc verify --help');
  });

  it('tells reasons in the language asked for', async () => {
    const { lines } = await verify([path('empty.json'), '--at', AT, '--language', 'es']);
    expect(lines).toMatchObject([{ reasons: [{ code: 'INPUT_NOT_JSON', text: 'El texto no es JSON bien formado.' }] }]);
    expect((await verify([path('empty.json'), '--language', 'xx'])).err).toMatch(/--language must be one of en, /);
  });

  it('with a pin, trusts what that key has signed and nothing else, and remembers the newest', async () => {
    rmSync(path('pinned'), { recursive: true, force: true });
    mkdirSync(path('pinned'));
    const bundle = JSON.parse(readFileSync(material.strangersTrust, 'utf8'));
    const put = async (keys: Parameters<typeof signedBy>[0], issued: string) => {
      const dates = { issuer: 'did:web:stranger.example', issued, validUntil: '2999-01-01T00:00:00Z' };
      writeFileSync(path('pinned/trust.json'), JSON.stringify(await signedBy(keys, { ...bundle, ...dates })));
    };
    const call = (...more: string[]) => {
      const said = { out: '', err: '' };
      const terminal = { out: (line: string) => (said.out += line), err: (line: string) => (said.err += line) };
      const args = ['verify', path('foreign.json'), '--at', AT, '--trust', path('pinned/trust.json'), ...more];
      return runCommand([command], args, terminal, { ...process.env, DIVOC_HOME: path('pinned/home') }).then((code) => ({ code, ...said }));
    };
    const pinned = ['--pin', OWN.multibase, '--seen', path('pinned/seen.json')];
    await put([OWN], '2020-01-02T00:00:00Z');
    const { code, out } = await call(...pinned);
    expect([code, JSON.parse(out)]).toMatchObject([0, { status: 'VERIFIED', trust: 'pinned' }]);
    expect((await call(...pinned, '--max-age', '30')).err).toMatch(/trust\.json: TRUST_TOO_OLD: .*at most 30 days/);
    await put([OWN], '2020-01-01T00:00:00Z');
    expect(await call(...pinned)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/TRUST_ROLLED_BACK/) });
    await put([STRANGER], '2020-01-03T00:00:00Z');
    expect(await call(...pinned)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/TRUST_SIGNER_UNKNOWN/) });
    expect((await call('--pin', path('none.pem'))).err).toMatch(/--pin must be a key .*none\.pem cannot be read: ENOENT/);
    expect((await call('--seen', path('seen'))).err).toMatch(/need --pin/);
  });

  // Last, since it removes what the others need.
  it('needs nothing of the data folder but trust', async () => {
    for (const name of readdirSync(material.home)) if (name !== 'trust') rmSync(join(material.home, name), { recursive: true });
    const files = ['credential.json', 'qr-base64.txt', 'code.png', 'certificate.pdf'].map(path);
    expect(await verify([...files, '--at', AT])).toMatchObject({ code: 0, err: '' });
    expect(readdirSync(material.home)).toEqual(['trust']);
    rmSync(join(material.home, 'trust'), { recursive: true });
    expect((await verify([...files, '--at', AT])).lines.map(({ status }) => status)).toEqual(files.map(() => 'NOT_SUPPORTED'));
  });

  it('has never tried to reach a network', async () => {
    expect(readFileSync(networkLog, 'utf8')).toBe('');
    // The control: what does try is noted, in processes that it starts as well.
    const ways = "[() => net.connect(1), () => fetch('http://localhost'), () => get('https://localhost')]";
    const tries = `import net from 'node:net'; import { get } from 'node:https'; for (const way of ${ways}) try { way() } catch {}`;
    writeFileSync(path('tries.mjs'), tries);
    writeFileSync(path('forks.mjs'), `import { fork } from 'node:child_process'; fork(${JSON.stringify(path('tries.mjs'))})`);
    await node([path('forks.mjs')]);
    expect(readFileSync(networkLog, 'utf8').split('\n')).toEqual(['connect', 'fetch', 'get', '']);
  });
});
