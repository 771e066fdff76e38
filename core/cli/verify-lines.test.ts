import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credentialFixture, SEALED_AT } from '../testkit/credential-fixture.js';
import { plainFormat } from '../testkit/plain-format.js';
import { loadTrustBundles } from '../verifier/trust.js';
import { OWN, STRANGER, signedBy } from '../verifier/trust-pins.fixture.js';
import { type VerifiedLine, verifyLines } from './verify-lines.js';

const formats = { plain: plainFormat() };
const { bundle, intent, sign } = credentialFixture();
const stranger = credentialFixture({ did: 'did:web:stranger.example', seed: 2 });
const at = SEALED_AT.toISOString();
let folder: string;
let credential: unknown;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'divoc-lines-'));
  credential = await formats.plain.seal(intent, sign);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function verified(content: string | Buffer): Promise<VerifiedLine[]> {
  const file = join(folder, 'lines.jsonl');
  writeFileSync(file, content);
  const lines: VerifiedLine[] = [];
  for await (const line of verifyLines(file, { formats, trust: loadTrustBundles([bundle]), at: SEALED_AT })) lines.push(line);
  return lines;
}
const verify = (...lines: unknown[]) =>
  verified(lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
const short = (lines: VerifiedLine[]) => lines.map(({ id, status, reasons }) => [id, status, reasons[0]?.code]);

describe('verifyLines', () => {
  it('gives each line its result: by its own trust and its own time, else by those of the call', async () => {
    const lines = await verify(
      { id: 1, input: credential },
      { id: 'as text', input: JSON.stringify(credential) },
      { id: 'trusted by nobody', input: credential, trust: [stranger.bundle] },
      { id: 'by a DID document', input: credential, trust: bundle.didDocuments },
      { id: 'early', input: credential, at: '2026-11-23T09:00:00' },
      { id: 'late', input: credential, at: '2036-11-24' },
      { id: 'unknown', input: 'HC1:ABC', trust: [], at },
    );
    expect(short(lines)).toEqual([
      [1, 'VERIFIED', undefined],
      ['as text', 'VERIFIED', undefined],
      ['trusted by nobody', 'ISSUER_NOT_TRUSTED', 'ISSUER_UNKNOWN'],
      ['by a DID document', 'VERIFIED', undefined],
      ['early', 'NOT_YET_VALID', 'NOT_YET_VALID'],
      ['late', 'EXPIRED', 'EXPIRED'],
      ['unknown', 'INVALID_ENCODING', 'INPUT_NOT_JSON'],
    ]);
    expect(lines[0]).toMatchObject({ format: 'plain', claims: { id: intent.id, issuer: intent.issuer } });
  });

  it('says of a line that cannot be read what is wrong with it, and goes on', async () => {
    const lines = await verify(
      '{',
      '',
      '[]',
      { id: 3, inptu: credential },
      { id: 4 },
      { id: 5, input: credential, at: 'tomorrow' },
      { id: 6, input: credential, trust: ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'] },
      { id: 7, input: credential, trust: [{ divocTrust: 2 }] },
      { id: 8, input: credential },
    );
    expect(short(lines)).toEqual([
      [null, 'INVALID_ENCODING', 'LINE_NOT_JSON'],
      [null, 'INVALID_ENCODING', 'LINE_NOT_JSON'],
      [3, 'INVALID_ENCODING', 'LINE_MEMBER_UNKNOWN'],
      [4, 'INVALID_ENCODING', 'LINE_WITHOUT_INPUT'],
      [5, 'INVALID_ENCODING', 'LINE_TIME_INVALID'],
      [6, 'ISSUER_NOT_TRUSTED', 'LINE_TRUST_INVALID'],
      [7, 'ISSUER_NOT_TRUSTED', 'LINE_TRUST_INVALID'],
      [8, 'VERIFIED', undefined],
    ]);
    expect(lines[2]?.reasons[0]?.text).toMatch(/^Line 4: /);
    expect(JSON.stringify(lines.slice(0, 7))).not.toContain('Bhāya');
  });

  it('knows a line by its id also when the rest of it is no strict JSON', async () => {
    const twice = '{"type":"A","type":"B"}';
    const lines = await verify(
      `{"id":"twice","input":${twice}}`,
      `{"input":${twice},"id":2}`,
      '{"id":"cut \\" short","input":{"a":',
      '{"id":4,"input":"\\ud800"}',
      '{"id":5,"input":1e999}',
      `{"id":6,"input":${'['.repeat(100_000)}`,
      '{"id":1e999,"input":',
      '{"input":{"id":8',
      '{"id":"__proto__","__proto__":{"x":1},"input":1}',
    );
    expect(lines.map(({ id, reasons }) => [id, reasons[0]?.code])).toEqual([
      ['twice', 'LINE_NOT_JSON'],
      [2, 'LINE_NOT_JSON'],
      ['cut " short', 'LINE_NOT_JSON'],
      [4, 'LINE_NOT_JSON'],
      [5, 'LINE_NOT_JSON'],
      [6, 'LINE_NOT_JSON'],
      [null, 'LINE_NOT_JSON'],
      [null, 'LINE_NOT_JSON'],
      ['__proto__', 'LINE_NOT_JSON'],
    ]);
  });

  it('has a line for each, whatever stands in the place of a text in its trust', async () => {
    const wilful = { toString: 1, valueOf: 1 };
    const trusts: unknown[] = [
      { type: 'BitstringStatusListCredential', id: wilful },
      { keys: [{ kty: 'EC', crv: wilful }] },
      { kty: wilful },
      { kty: 'EC', crv: wilful },
      { id: wilful, verificationMethod: wilful },
      { id: 'did:web:a.example', verificationMethod: [{ id: wilful, controller: wilful, type: wilful }], assertionMethod: [wilful] },
      { rawData: wilful },
      { certificates: [wilful] },
      { issuerInfo: [wilful] },
      { divocTrust: 1, revocations: [wilful], contexts: wilful },
      { divocTrust: 1, statusLists: { a: wilful } },
      wilful,
    ];
    const lines = await verify(...trusts.map((trust, id) => ({ id, input: credential, trust: [trust] })));
    expect(lines.map(({ id, status }) => [id, status])).toEqual(trusts.map((_, id) => [id, 'ISSUER_NOT_TRUSTED']));
  });

  it('reads a file that begins with a byte order mark, as editors of Windows write it, and ends its lines as they do', async () => {
    const line = JSON.stringify({ id: 1, input: credential });
    expect(short(await verified(`\ufeff${line}\r\n${line}\r\n`))).toEqual([
      [1, 'VERIFIED', undefined],
      [1, 'VERIFIED', undefined],
    ]);
    expect(short(await verified(`${line}\n\ufeff${line}`))).toEqual([
      [1, 'VERIFIED', undefined],
      [1, 'INVALID_ENCODING', 'LINE_NOT_JSON'],
    ]);
  });

  it('skips a line that is too long without holding it, and reads a last one without a line feed', async () => {
    const last = JSON.stringify({ id: 'last', input: credential });
    const lines = await verified(`{"id":"long","input":"${'A'.repeat(9 * 1024 * 1024)}"}\n${last}`);
    expect(short(lines)).toEqual([
      [null, 'INVALID_ENCODING', 'LINE_TOO_LARGE'],
      ['last', 'VERIFIED', undefined],
    ]);
  });

  it('trusts what a pinned key of the line has signed, and says so', async () => {
    // Judged by the clock of the machine: dated so that it is neither over nor to come.
    const dates = { issuer: 'did:web:health.example', issued: '2020-01-01T00:00:00Z', validUntil: '2999-01-01T00:00:00Z' };
    const signed = await signedBy([OWN], { ...bundle, ...dates });
    const line = { input: credential, at };
    const lines = await verify(
      { ...line, id: 'pinned', trust: signed, pins: [OWN.multibase] },
      { ...line, id: 'given', trust: signed },
      { ...line, id: 'by another', trust: signed, pins: [STRANGER.multibase] },
      { ...line, id: 'unsigned', trust: bundle, pins: [OWN.multibase] },
      { ...line, id: 'no pin', trust: bundle, pins: ['key'] },
      { ...line, id: 'pins for nothing', pins: [OWN.multibase] },
      { ...line, id: 'no list', trust: signed, pins: OWN.multibase },
    );
    expect(lines.map(({ id, status, reasons, trust }) => [id, status, reasons[0]?.code, trust])).toEqual([
      ['pinned', 'VERIFIED', undefined, 'pinned'],
      ['given', 'VERIFIED', undefined, 'given'],
      ['by another', 'ISSUER_NOT_TRUSTED', 'TRUST_SIGNER_UNKNOWN', undefined],
      ['unsigned', 'ISSUER_NOT_TRUSTED', 'TRUST_UNSIGNED', undefined],
      ['no pin', 'ISSUER_NOT_TRUSTED', 'TRUST_PIN_INVALID', undefined],
      ['pins for nothing', 'INVALID_ENCODING', 'LINE_PINS_INVALID', undefined],
      ['no list', 'INVALID_ENCODING', 'LINE_PINS_INVALID', undefined],
    ]);
  });
});
