import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../core/cli/command.js';
import { explain } from '../../core/cli/commands/explain.js';
import { root } from '../architecture/sources.js';
import { acmeDeployment } from './acme-plugins.js';

async function said(setting: string, adopter: string, env: NodeJS.ProcessEnv = {}, ...flags: string[]) {
  const lines: string[] = [];
  const terminal = { out: (line: string) => lines.push(line), err: (line: string) => lines.push(line) };
  const status = await runCommand([explain], ['explain', setting, adopter, ...flags], terminal, env);
  return { status, lines };
}
const demo = join(root, 'adopters', 'demo');
const asked = async (setting: string) => (await said(setting, demo)).lines;

describe('divoc explain, of the demo', () => {
  it('tells the value, its place, and what it may be', async () => {
    const [value, place, ...rest] = await asked('download.linkValidFor');
    expect(value).toBe('download.linkValidFor = "7d"');
    expect(place).toMatch(/^ {2}set in .*adopters\/demo\/adopter\.yaml:\d+:\d+$/);
    expect(rest).toContain('  How long a link works, from its first delivery: 30m, 12h, 7d.');
  });

  it('tells of what is not set, and of defaults', async () => {
    expect(await asked('vaccination.programmes.covid-19.validForDays')).toEqual([
      'vaccination.programmes.covid-19.validForDays is not set',
      '  no default',
      '  How long a certificate verifies; default: for ever.',
      '  integer, at least 1, at most 36500',
    ]);
    expect((await asked('vaccination.programmes.covid-19.template')).slice(0, 2)).toEqual([
      'vaccination.programmes.covid-19.template = "certificate-a4"',
      expect.stringMatching(/^ {2}set in /),
    ]);
    expect((await asked('http.port')).slice(0, 2)).toEqual(['http.port = 8080', '  the default']);
    expect((await said('http.port', demo, { PORT: '99' })).lines.slice(0, 2)).toEqual([
      'http.port = 99',
      '  set by the environment (PORT, HOST)',
    ]);
  });

  it('names the instances that may stand there', async () => {
    const { lines } = await said('vaccination.programmes.covid-19.payment', demo, {}, '--json');
    expect(JSON.parse(lines[0] as string).parts[0].settings).toMatchObject({
      value: 'government',
      instance: { port: 'payment-scheme/0', candidates: expect.arrayContaining(['government']) },
    });
    expect(await asked('vaccination.programmes.covid-19.identity')).toContainEqual(
      expect.stringMatching(/^ {2}names an instance that provides identity\/0: .*walk-in/),
    );
  });

  it('lists what is below an object, a part, and a plugin by its own name', async () => {
    expect(await asked('vaccination.programmes.covid-19')).toContainEqual(expect.stringMatching(/^ {4}validForDays +– +How long/));
    const [title, ...rest] = await asked('channel-download');
    expect(title).toMatch(/^download {2}@divoc\/channel-download@/);
    expect(rest).toContainEqual(expect.stringMatching(/^ {4}linkValidFor +"7d"/));
    expect((await asked('vaccination'))[0]).toBe('vaccination  built in');
  });

  it('suggests what is near', async () => {
    expect(await said('vaccination.programs', demo)).toMatchObject({
      status: 2,
      lines: [expect.stringContaining("vaccination has no 'programs'; did you mean 'programmes'?")],
    });
    expect((await said('vaccination.programmes.covid-18.deliver', demo)).lines[0]).toContain("did you mean 'covid-19'?");
    expect((await said('downlaod', demo)).lines[0]).toContain("did you mean 'download'?");
    expect((await said('download.linkValidFor.seconds', demo)).lines[0]).toContain("download.linkValidFor has no 'seconds'");
  });
});

describe('divoc explain, elsewhere', () => {
  const here = process.cwd();
  const adopter = mkdtempSync(join(tmpdir(), 'divoc-adopter-'));
  beforeAll(() => {
    process.chdir(acmeDeployment());
    writeFileSync(
      join(adopter, 'base.yaml'),
      "plugins:\n  till: { use: '@acme/purse', with: { fee: { amount: '1', currency: LKR }, token: { $secret: TILL } } }\n",
    );
    writeFileSync(
      join(adopter, 'adopter.yaml'),
      'apiVersion: divoc/v1\nname: acme\nextends: [base.yaml]\nplugins:\n  till: { with: { fee: { currency: XXX } } }\n',
    );
  });
  afterAll(() => process.chdir(here));

  it('names the file that sets it, which may be the base, and goes on where the manifest has mistakes', async () => {
    const place = (lines: string[]) => relative(adopter, lines[1]!.replace('  set in ', ''));
    const amount = await said('till.fee.amount', adopter);
    expect([amount.status, amount.lines[0], place(amount.lines)]).toEqual([0, 'till.fee.amount = "1"', 'base.yaml:2:54']);
    expect(amount.lines.at(-1)).toMatch(/This manifest has mistakes; see: divoc check .*adopter\.yaml/);
    const currency = await said('till.fee.currency', adopter);
    expect(place(currency.lines)).toBe('adopter.yaml:5:36');
    expect(currency.lines).toContain('  one of "LKR", "USD"');
  });

  it('tells the name of a secret and whether it is set, and its value nowhere', async () => {
    expect((await said('till.token', adopter)).lines).toContain('  a secret: TILL is MISSING');
    for (const setting of ['till.token', 'till']) {
      for (const flags of [[], ['--json']]) {
        const { lines } = await said(setting, adopter, { TILL: 'open sesame' }, ...flags);
        expect(lines.join('\n')).toContain('TILL');
        expect(lines.join('\n')).not.toContain('sesame');
      }
    }
  });

  it('shows what is installed and not in the manifest', async () => {
    expect((await said('@acme/counter', adopter)).lines[0]).toBe('@acme/counter  @acme/counter@1.0.0  (not in this manifest)');
  });
});
