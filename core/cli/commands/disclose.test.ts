import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CredentialFormat } from '../../api/ports/credential-format.js';
import { loadPackage } from '../../kernel/packages.js';
import { credentialFixture, SUBJECT } from '../../testkit/credential-fixture.js';
import { setUpPart } from '../../testkit/set-up-part.js';
import { runCommand } from '../command.js';
import { disclose as command } from './disclose.js';
import { AT, repository } from './verify.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'divoc-disclose-'));
const path = (name: string) => join(folder, name);
const NAME = ['--show', '/credentialSubject/patient/name'];
const TRUST = ['--trust', path('issuer.json'), '--at', AT];

async function disclose(...args: string[]) {
  const said = { out: '', err: '' };
  const terminal = { out: (line: string) => (said.out += `${line}\n`), err: (line: string) => (said.err += `${line}\n`) };
  const code = await runCommand([command], ['disclose', ...args], terminal, { ...process.env, DIVOC_HOME: path('home') });
  return { code, ...said };
}

/** A certificate as its holder has it, sealed by the plugin that is installed. */
beforeAll(async () => {
  const { intent, sign, bundle } = credentialFixture({ certified: true });
  const loaded = await loadPackage('@divoc/credential-ldp', undefined, repository);
  if (!('descriptor' in loaded)) throw new Error(loaded.message);
  const part = await setUpPart(loaded.descriptor, { config: { cryptosuite: 'ecdsa-sd-2023' } });
  const held = (await (part.ports.format as CredentialFormat).seal(intent, sign)) as { readonly credentialSubject: object };
  mkdirSync(path('home'));
  writeFileSync(path('issuer.json'), JSON.stringify(bundle));
  writeFileSync(path('held.json'), JSON.stringify(held));
  writeFileSync(path('altered.json'), JSON.stringify({ ...held, credentialSubject: { ...SUBJECT, lotNumber: 'X' } }));
  writeFileSync(path('other.json'), '{}');
  writeFileSync(path('text.txt'), 'HC1:');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('prints what its holder shows, and nothing else of it', async () => {
  const { code, out, err } = await disclose(path('held.json'), ...NAME, '--show', '/credentialSubject/lotNumber', ...TRUST);
  expect([code, err]).toEqual([0, '']);
  expect(JSON.parse(out).credentialSubject).toEqual({ lotNumber: SUBJECT.lotNumber, patient: { name: SUBJECT.patient.name } });
  expect(JSON.parse((await disclose(path('held.json'), '--show', '', ...TRUST)).out).credentialSubject).toEqual(SUBJECT);
});

it('says what a verifier will say', async () => {
  const json = async (file: string, ...args: string[]) => {
    const { code, out } = await disclose(path(file), ...args, '--json');
    const { status, reasons, credential } = JSON.parse(out);
    return [code, status, reasons[0]?.code, credential !== undefined];
  };
  expect(await json('held.json', ...NAME, ...TRUST)).toEqual([0, 'VERIFIED', undefined, true]);
  expect(await json('held.json', ...NAME, ...TRUST, '--at', '2020-01-01')).toEqual([1, 'NOT_YET_VALID', 'NOT_YET_VALID', true]);
  expect(await json('altered.json', '--show', '/credentialSubject/lotNumber', ...TRUST)).toEqual([
    1,
    'INVALID_SIGNATURE',
    'SIGNATURE_WRONG',
    true,
  ]);
  expect(await json('held.json', ...NAME)).toEqual([1, 'NOT_SUPPORTED', 'CONTEXT_UNKNOWN', false]);
  expect(await json('held.json', '--show', '/colour', ...TRUST)).toEqual([1, 'NOT_SUPPORTED', 'POINTER_UNKNOWN', false]);
  expect(await json('other.json', ...NAME)).toEqual([1, 'NOT_SUPPORTED', 'FORMAT_UNKNOWN', false]);
  expect((await disclose(path('held.json'), '--show', '/colour', ...TRUST)).err).toMatch(/^POINTER_UNKNOWN: .*\(\/colour\)\n$/);
});

it('says how it is called', async () => {
  const wrong: [string[], RegExp][] = [
    [[], /Which credential/],
    [[path('held.json')], /What is to be shown/],
    [[path('held.json'), ...NAME, '--at', 'today'], /--at must be/],
    [[path('missing.json'), ...NAME], /cannot be read: ENOENT/],
    [[path('text.txt'), ...NAME], /is not JSON/],
    [[path('held.json'), ...NAME, '--trust', path('text.txt')], /./],
  ];
  for (const [args, message] of wrong) {
    const { code, out, err } = await disclose(...args);
    expect([args.length, code, out]).toEqual([args.length, 2, '']);
    expect(err).toMatch(message);
  }
});
