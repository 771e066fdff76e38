import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommand } from '../command.js';
import { token } from './token.js';

// The plugins of the manifest alone: which parts happen to be built in does not matter here.
vi.mock('../built-ins.js', () => ({ builtIns: {} }));

const STAFF = 'plugins:\n  staff: { use: auth-local }\n';
/** An auth plugin that mints nothing, as a stranger would write it. */
const READER = `
const port = { $divoc: 'port', name: 'auth', major: 0, id: 'auth/0', scoped: false };
export default { $divoc: 'part', id: 'reader', summary: 'Reads.', uses: {}, provides: { auth: port },
  setup: async () => ({ ports: { auth: { authenticate: async () => null } } }) };`;

const root = fileURLToPath(new URL('../../..', import.meta.url));
const started = process.cwd();
let folder: string;
let home: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'divoc-token-'));
  home = join(folder, 'data');
  // Plugins are resolved from the working folder.
  const modules = join(folder, 'node_modules', '@divoc');
  mkdirSync(join(modules, 'reader'), { recursive: true });
  symlinkSync(join(root, 'plugins', 'auth-local'), join(modules, 'auth-local'));
  const meta = {
    name: '@divoc/reader',
    version: '1.0.0',
    type: 'module',
    exports: './index.js',
    divoc: { id: 'reader', kernelApi: '^1.0.0' },
  };
  writeFileSync(join(modules, 'reader', 'package.json'), JSON.stringify(meta));
  writeFileSync(join(modules, 'reader', 'index.js'), READER);
  adopter(folder, STAFF);
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(started);
  rmSync(folder, { recursive: true, force: true });
});

function adopter(path: string, text: string, profile = 'development'): void {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'adopter.yaml'), `apiVersion: divoc/v1\nname: acme\nprofile: ${profile}\n${text}`);
}

async function run(argv: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<{ code: number; out: string[]; err: string[] }> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) };
  const code = await runCommand([token], ['token', ...argv], terminal, { DIVOC_HOME: home, LOG_LEVEL: 'silent', ...env });
  return { code, out, err };
}
const claimsOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());

describe('divoc token', () => {
  it('prints the token and nothing else', async () => {
    const { code, out, err } = await run(['--role', 'facility-staff', folder]);
    expect([code, out.length, err]).toEqual([0, 1, []]);
    expect(out[0]).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const { role, sub, exp, iat } = claimsOf(out[0] as string);
    expect([role, sub, exp - iat]).toEqual(['facility-staff', 'local:facility-staff', 3600]);
  });

  it('takes name, minutes and the adopter of the environment, and prints JSON', async () => {
    const { out } = await run(['--role', 'facility-staff', '--name', 'nurse', '--minutes', '5', '--json'], { DIVOC_ADOPTER: folder });
    const { sub, exp, iat } = claimsOf((JSON.parse(out.join()) as { token: string }).token);
    expect([sub, exp - iat]).toEqual(['local:nurse', 300]);
  });

  it('finds the adopter of the working folder, or else the demo', async () => {
    expect(await run(['--role', 'facility-staff'])).toMatchObject({ code: 0 });
    rmSync(join(folder, 'adopter.yaml'));
    expect(await run(['--role', 'facility-staff'])).toMatchObject({ code: 2, err: [expect.stringContaining('Which adopter?')] });
    adopter(join(folder, 'adopters', 'demo'), STAFF);
    expect(await run(['--role', 'facility-staff'])).toMatchObject({ code: 0 });
  });

  it.each(['staff: { use: auth-local }\n  reader: { use: reader }', 'reader: { use: reader }\n  staff: { use: auth-local }'])(
    'asks the plugin that can mint: %s',
    async (plugins) => {
      adopter(folder, `plugins:\n  ${plugins}\n`);
      expect(await run(['--role', 'facility-staff', folder])).toMatchObject({ code: 0, err: [] });
    },
  );

  it.each([
    [[], 'Give --role'],
    [['--role', 'admin'], "no role 'admin'"],
    [['--role', 'facility-staff', '--name', 'a b'], 'name is not usable'],
    [['--role', 'facility-staff', '--minutes', '0'], '1 to 720'],
    [['--role', 'facility-staff', '--minutes', '721'], '43200 seconds'],
    [['--role', 'facility-staff', '--minutes', '1e1'], '1 to 720'],
    [['--unknown'], 'unknown'],
  ])('exits 2 when it is called wrongly: %j', async (argv, text) => {
    const { code, out, err } = await run([...argv, folder]);
    expect([code, out]).toEqual([2, []]);
    expect(err.join('\n')).toContain(text);
  });

  it('exits 2 when nobody mints', async () => {
    adopter(folder, 'plugins:\n  reader: { use: reader }\n');
    expect(await run(['--role', 'facility-staff', folder])).toMatchObject({
      code: 2,
      out: [],
      err: [expect.stringContaining('No auth plugin')],
    });
  });

  it('exits 1 where auth-local does not run, at its place in the manifest', async () => {
    adopter(folder, STAFF, 'production');
    const { code, out, err } = await run(['--role', 'facility-staff', folder]);
    expect([code, out]).toEqual([1, []]);
    expect(err[0]).toMatch(/adopter\.yaml:5:3 {2}AUTH_LOCAL_IN_PRODUCTION/);
  });
});
