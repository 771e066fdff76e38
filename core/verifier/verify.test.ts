import { describe, expect, it } from 'vitest';
import { encodeDivocZip } from '../api/divoc-zip.js';
import type { CredentialFormat, Trust, Verdict } from '../api/index.js';
import { verifyInput } from './verify.js';

const trust: Trust = { key: () => undefined, issuer: () => false, type: () => undefined, keysFor: () => [] };
const at = new Date('2026-11-23T10:00:00Z');
const answers = { encoding: 'pass', format: 'pass', key: 'pass', signature: 'pass', status: 'not-checked', rules: 'pass' } as const;
/** A format that knows documents by one member and answers with what it was given. */
const formatOf = (member: string): CredentialFormat => ({
  mediaType: `application/${member}`,
  qrForms: ['zip'],
  needs: { purpose: 'vc', algorithm: 'Ed25519' },
  prepare: () => undefined,
  seal: async () => undefined,
  recognises: (document) => typeof document === 'object' && document !== null && member in document,
  open: async (document, given, when): Promise<Verdict> => ({
    status: 'VERIFIED',
    answers,
    reasons: [],
    claims: { member, document, trusted: given === trust, when },
  }),
});
const formats = { a: formatOf('a'), b: formatOf('b') };
const verify = (input: unknown) => verifyInput(input, formats, trust, at);

describe('verifyInput', () => {
  it('asks the format that recognises the document', async () => {
    for (const input of [{ b: 1 }, '{"b":1}', encodeDivocZip({ b: 1 })]) {
      expect(await verify(input)).toMatchObject({
        status: 'VERIFIED',
        claims: { member: 'b', document: { b: 1 }, trusted: true, when: at },
      });
    }
  });

  it.each<[unknown, string, string, string]>([
    [{ c: 1 }, 'NOT_SUPPORTED', 'format', 'FORMAT_UNKNOWN'],
    [null, 'NOT_SUPPORTED', 'format', 'FORMAT_UNKNOWN'],
    [undefined, 'NOT_SUPPORTED', 'format', 'FORMAT_UNKNOWN'],
    ['{"b":1', 'INVALID_ENCODING', 'encoding', 'INPUT_NOT_JSON'],
    ['{"b":1,"b":2}', 'INVALID_ENCODING', 'encoding', 'INPUT_KEY_TWICE'],
    ['PK\u0003\u0004', 'INVALID_COMPRESSION', 'encoding', 'INPUT_ZIP_INVALID'],
  ])('answers %j with %s', async (input, status, failing, code) => {
    const verdict = await verify(input);
    expect(verdict).toMatchObject({
      status,
      answers: { [failing]: 'fail', signature: 'not-checked' },
      reasons: [{ code, text: expect.stringMatching(/^[A-Z].+\.$/) }],
    });
    expect(verdict.claims).toBeUndefined();
  });

  it('says of a format that fails that it did, and nothing of what was thrown', async () => {
    const failing = { ...formats.a, open: async () => Promise.reject(new Error('Bhāya Mitra')) };
    const verdict = await verifyInput({ a: 1 }, { failing }, trust, at);
    expect(verdict).toMatchObject({ format: 'failing', status: 'NOT_SUPPORTED', reasons: [{ code: 'FORMAT_FAILED' }] });
    expect(JSON.stringify(verdict)).not.toContain('Mitra');
  });

  it('does not throw for an object with a will of its own', async () => {
    const hostile = new Proxy(
      {},
      {
        has: () => {
          throw new Error('no');
        },
      },
    );
    expect((await verify(hostile)).status).toBe('NOT_SUPPORTED');
  });
});
