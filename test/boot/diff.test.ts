import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../core/cli/command.js';
import { diff } from '../../core/cli/commands/diff.js';
import { root } from '../architecture/sources.js';
import { acmeDeployment } from './acme-plugins.js';

async function compared(a: string, b: string, env: NodeJS.ProcessEnv = {}, ...flags: string[]) {
  const lines: string[] = [];
  const terminal = { out: (line: string) => lines.push(line), err: (line: string) => lines.push(line) };
  const status = await runCommand([diff], ['diff', a, b, ...flags], terminal, env);
  return { status, lines };
}

const folders: string[] = [];
function adopter(files: Record<string, string>): string {
  const at = mkdtempSync(join(tmpdir(), 'divoc-adopter-'));
  folders.push(at);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(at, name)), { recursive: true });
    writeFileSync(join(at, name), text);
  }
  return at;
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('divoc diff, of the demo', () => {
  const demo = join(root, 'adopters', 'demo');

  it('finds no difference between an adopter and itself, wherever it lies', async () => {
    const copy = adopter({});
    cpSync(demo, copy, { recursive: true });
    expect(await compared(demo, copy)).toEqual({ status: 0, lines: ['no difference'] });
  });

  it('finds a part, a setting, a route, a field and a template', async () => {
    const other = adopter({
      'records/vaccination.json': '{"properties":{"lotNumber":{"maxLength":32},"patient":{"properties":{"parentName":{"type":"string"}}}}}',
    });
    cpSync(demo, other, { recursive: true });
    cpSync(join(root, 'templates', 'certificate-a4'), join(other, 'templates', 'mine'), { recursive: true });
    const manifest = readFileSync(join(other, 'adopter.yaml'), 'utf8');
    writeFileSync(join(other, 'adopter.yaml'), manifest.replace('7d', '30d').replace(/ *divoc-api: .*\n/, ''));
    const { status, lines } = await compared(demo, other);
    expect(status).toBe(1);
    expect(lines).toEqual([
      'Parts',
      expect.stringMatching(/^ {2}- divoc-api {2}@divoc\/api-divoc-v1@/),
      'Settings',
      '  ~ download.linkValidFor  7d → 30d',
      'Routes',
      '  - DELETE /divoc/api/v1/certificates/{preEnrollmentCode}  certificates:revoke',
      '  - POST /divoc/api/v1/certify  vaccination:record',
      '  - POST /divoc/api/v3/certify  vaccination:record',
      '  - PUT /divoc/api/v1/certificate  vaccination:correct',
      '  - PUT /divoc/api/v3/certificate  vaccination:correct',
      'Records',
      '  ~ vaccination.lotNumber  {"maxLength":64} → {"maxLength":32}',
      expect.stringMatching(/^ {2}\+ vaccination\.patient\.parentName {2}\{.*"type":"string"/),
      'Templates',
      '  + mine',
    ]);
    writeFileSync(join(other, 'records', 'vaccination.json'), '{');
    expect((await compared(demo, other)).status).toBe(2);
  });
});

describe('divoc diff, elsewhere', () => {
  const here = process.cwd();
  beforeAll(() => process.chdir(acmeDeployment()));
  afterAll(() => process.chdir(here));
  const head = (name: string) => `apiVersion: divoc/v1\nname: ${name}\n`;

  it('compares a manifest with the one that it extends', async () => {
    const at = adopter({
      'base.yaml': "plugins:\n  till: { use: '@acme/purse', with: { fee: { amount: '1' } } }\n",
      'adopter.yaml': `${head('acme')}extends: [base.yaml]\nplugins:\n  till: { with: { fee: { amount: '2' } } }\n  front: { use: '@acme/greeter' }\n`,
    });
    const { status, lines } = await compared(join(at, 'base.yaml'), at, {}, '--json');
    expect(status).toBe(1);
    expect(JSON.parse(lines[0] as string)).toEqual({
      parts: [{ what: 'front', to: '@acme/greeter@1.4.2' }],
      settings: [
        { what: 'name', to: 'acme' },
        { what: 'till.fee.amount', from: '1', to: '2' },
      ],
      routes: [],
      scopes: [],
      grants: [],
      records: [],
      templates: [],
    });
  });

  it('tells a replaced plugin, gained scopes and grants, a file with other content, and secrets by name alone', async () => {
    const a = adopter({
      'rates.csv': '1',
      'adopter.yaml': `${head('acme')}plugins:\n  one: { use: '@acme/purse', with: { rates: rates.csv, token: { $secret: OLD } } }\n  two: { use: '@acme/greeter' }\n`,
    });
    const b = adopter({
      'rates.csv': '2',
      'adopter.yaml': `${head('acme')}plugins:\n  one: { use: '@acme/purse', with: { rates: rates.csv, token: { $secret: NEW } } }\n  two: { use: '@acme/desk' }\n  spy: { use: '@acme/spy' }\n`,
    });
    const { lines } = await compared(a, b, { OLD: 'open sesame', NEW: 'open sesame' });
    expect(lines).toEqual([
      'Parts',
      '  + spy  @acme/spy@1.0.0',
      '  ~ two  @acme/greeter@1.4.2 → @acme/desk@1.0.0',
      'Settings',
      expect.stringMatching(/^ {2}~ one\.rates {2}rates\.csv \([0-9a-f]{12}\) → rates\.csv \([0-9a-f]{12}\)$/),
      '  ~ one.token  {"$secret":"OLD"} → {"$secret":"NEW"}',
      'Routes',
      '  + GET /desk/{id}  public',
      '  + GET /spy  spies:read',
      'Scopes',
      '  + spies:read',
      'Grants',
      '  + spy is trusted with storage/0',
      '  + spy reaches spies.example',
      '  + spy reads /etc/hostname',
    ]);
  });

  it('compares nothing when a plugin is not installed: what is not there would look taken away', async () => {
    const a = adopter({ 'adopter.yaml': head('acme') });
    const b = adopter({ 'adopter.yaml': `${head('acme')}plugins:\n  gone: { use: '@acme/gone' }\n` });
    expect(await compared(a, b)).toMatchObject({ status: 2, lines: [expect.stringContaining('PLUGIN_NOT_INSTALLED'), expect.anything()] });
    expect((await compared(a, join(a, 'nothing.yaml'))).status).toBe(2);
    expect((await compared(a, '')).status).toBe(2);
  });
});
