import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeDivocZip } from '../../api/divoc-zip.js';
import type { CredentialFormat, Health, PartContext, RouteReply, Routes, Verdict, Verification } from '../../api/index.js';
import { verificationRoutes } from './routes.js';
import { verificationPart } from './verification-part.js';

const now = new Date('2026-11-23T10:00:00Z');
const did = 'did:web:health.example';
const key = 'z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2';
const method = { id: `${did}#${key}`, type: 'Multikey', controller: did, publicKeyMultibase: key };
const bundle = { divocTrust: 1, didDocuments: [{ id: did, verificationMethod: [method], assertionMethod: [method.id] }], contexts: {} };

/** Reads `{ issuer }` and trusts it as the trust files say. */
const format: CredentialFormat = {
  mediaType: 'application/test',
  qrForms: ['zip'],
  needs: { purpose: 'vc', algorithm: 'Ed25519' },
  prepare: () => undefined,
  seal: async () => undefined,
  recognises: (document) => typeof document === 'object' && document !== null && 'issuer' in document,
  async open(document, trust, at): Promise<Verdict> {
    const known = trust.issuer((document as { issuer: string }).issuer);
    const answers = {
      encoding: 'pass',
      format: 'pass',
      key: known ? 'pass' : 'fail',
      signature: 'pass',
      status: 'pass',
      rules: 'pass',
    } as const;
    return { status: known ? 'VERIFIED' : 'ISSUER_NOT_TRUSTED', answers, reasons: [], claims: { document, at } };
  },
};

let home: string;
const logged: string[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'divoc-verification-'));
  logged.length = 0;
});
afterEach(() => rmSync(home, { recursive: true }));

function trust(text = JSON.stringify(bundle)): void {
  mkdirSync(join(home, 'trust'), { recursive: true });
  writeFileSync(join(home, 'trust', 'main.json'), text);
}

async function start(files: string[] = []) {
  const log = (fields: object, message: string) => void logged.push(JSON.stringify([fields, message]));
  const context = {
    config: { trust: files },
    instance: 'verification',
    tenant: 'main',
    profile: 'production',
    home,
    adopter: home,
    log: { debug: log, info: log, warn: log, error: log },
    clock: { now: () => now },
  } satisfies PartContext;
  const part = await verificationPart.setup(context as PartContext<never>, { formats: { test: format } } as never);
  await part.start?.();
  const { handlers } = part.ports.routes as Routes;
  const request = { params: {}, query: {}, headers: {}, actor: null };
  return {
    port: part.ports.verification as Verification,
    health: part.health as () => Promise<Health>,
    post: (body: unknown, headers: Record<string, string> = {}): Promise<RouteReply> => handlers.verify!({ ...request, headers, body }),
  };
}

const credential = { issuer: did, name: 'Bhāya Mitra' };
const zip = encodeDivocZip(credential);

describe('the verification service', () => {
  it('tells reasons in the language asked for, and says which', async () => {
    trust();
    const { post } = await start();
    const told = async (wish: string) => {
      const { headers, body } = await post({ qr: 'nothing' }, { 'accept-language': wish });
      return [headers?.['content-language'], (body as Verdict).reasons[0]];
    };
    const english = { code: 'INPUT_NOT_JSON', text: 'The text is not well-formed JSON.' };
    expect(await told('fr-CA, en;q=0.5')).toEqual(['fr', { code: 'INPUT_NOT_JSON', text: "Le texte n'est pas du JSON bien formé." }]);
    for (const wish of ['xx', 'en', '*']) expect(await told(wish)).toEqual(['en', english]);
  });

  it('verifies what is sent, at the time of its clock', async () => {
    trust();
    const { post, port } = await start();
    for (const body of [{ credential }, { qr: JSON.stringify(credential) }, { qrBase64: Buffer.from(zip).toString('base64') }]) {
      const { status, body: verdict, headers } = await post(body);
      expect([status, headers]).toEqual([200, { 'cache-control': 'no-store', 'content-language': 'en' }]);
      expect(verdict).toMatchObject({ status: 'VERIFIED', claims: { document: credential, at: now } });
      expect(Object.keys(verdict as object)).toEqual(['format', 'status', 'answers', 'reasons', 'trust', 'claims', 'unprotected']);
    }
    const then = new Date('2020-01-01');
    expect(await port.verify(zip, { at: then })).toMatchObject({ status: 'VERIFIED', claims: { at: then } });
    expect(logged).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['another issuer', { credential: { ...credential, issuer: 'did:web:other.example' } }, 'ISSUER_NOT_TRUSTED'],
    ['another format', { credential: {} }, 'NOT_SUPPORTED'],
    ['a credential beyond the size of text', { credential: { ...credential, filler: 'x'.repeat(270_000) } }, 'INVALID_ENCODING'],
    ['a text beyond it', { qr: ' '.repeat(270_000) }, 'INVALID_ENCODING'],
    ['a member given twice', { qr: `{"issuer":"x","issuer":"${did}"}` }, 'INVALID_ENCODING'],
    ['prose', { qr: 'https://example.org' }, 'INVALID_ENCODING'],
    ['a broken zip', { qrBase64: Buffer.from(zip.slice(0, 60)).toString('base64') }, 'INVALID_COMPRESSION'],
    ['a text for an object', { qr: JSON.stringify(JSON.stringify(credential)) }, 'NOT_SUPPORTED'],
  ])('answers with a verdict, not with an error: %s', async (_what, body, status) => {
    trust();
    const reply = await (await start()).post(body);
    expect(reply).toMatchObject({ status: 200, body: { status } });
    expect(logged).toEqual([]);
  });

  it('sees a new trust file at the next verification, and files beside the manifest', async () => {
    const { post } = await start();
    expect((await post({ credential })).body).toMatchObject({ status: 'ISSUER_NOT_TRUSTED' });
    trust();
    expect((await post({ credential })).body).toMatchObject({ status: 'VERIFIED' });
    rmSync(join(home, 'trust'), { recursive: true });
    writeFileSync(join(home, 'neighbour.json'), JSON.stringify(bundle));
    expect((await (await start([join(home, 'neighbour.json')])).post({ credential })).body).toMatchObject({ status: 'VERIFIED' });
  });

  it('gives no verdict on the word of half the trust files', async () => {
    trust();
    const { post, port, health } = await start();
    expect(await health()).toEqual({ status: 'pass' });
    trust('{"divocTrust":1,');
    const refusal = { status: 503, code: 'TRUST_UNREADABLE', headers: { 'retry-after': '60' } };
    await expect(post({ credential })).rejects.toMatchObject(refusal);
    await expect(port.verify(credential)).rejects.toMatchObject(refusal);
    expect(await health()).toEqual({ status: 'fail', detail: expect.stringContaining('main.json') });
    expect(logged.join()).toContain('main.json');
    expect(logged.join()).not.toContain('Mitra');
    await expect(start()).rejects.toMatchObject({ code: 'TRUST_BUNDLE_INVALID' });
    trust();
    expect((await post({ credential })).body).toMatchObject({ status: 'VERIFIED' });
  });
});

describe('the body of POST /v1/verify', () => {
  const { mount, routes } = verificationRoutes;
  const fits = new Ajv2020({ strict: true, strictRequired: false }).compile(routes.verify.body);

  it('is public, bounded, and where it should be', () => {
    expect([routes.verify.method, mount + routes.verify.path, routes.verify.scope, routes.verify.bodyLimit]).toEqual([
      'POST',
      '/v1/verify',
      'public',
      524_288,
    ]);
  });

  it.each([[{ credential: {} }], [{ qr: 'x' }], [{ qrBase64: 'UEsDBA==' }], [{ qrBase64: 'UEsD' }]])('may be %j', (body) => {
    expect(fits(body)).toBe(true);
  });

  it.each([
    [{}],
    [[]],
    ['text'],
    [{ credential: {}, qr: 'x' }],
    [{ credential: '{}' }],
    [{ credential: [] }],
    [{ credential: null }],
    [{ qr: '' }],
    [{ qr: {} }],
    [{ qrBase64: 'UEsDBA' }],
    [{ qrBase64: 'UEs DBA==' }],
    [{ qrBase64: '_-8=' }],
    [{ qrBase64: '' }],
    [{ file: 'x' }],
  ])('may not be %j', (body) => {
    expect(fits(body)).toBe(false);
  });
});
