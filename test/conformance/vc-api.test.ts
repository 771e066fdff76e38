import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { keyStore } from '../../core/internal/index.js';
import { credentialFixture, documentSigner } from '../../core/testkit/index.js';
import { sdJwtFormat } from '../../plugins/credential-sd-jwt/src/sd-jwt-format.js';
import { databaseOf } from '../journeys/running-house.js';
import { type Document, EXAMPLES, outsider, V2, vcHouse } from './vc-api.fixture.js';

/** The interface as its callers meet it, with what conformance runners do not ask: expired, forged, tampered, not allowed. */

const plain: Document = {
  '@context': [V2, EXAMPLES],
  type: ['VerifiableCredential', 'AlumniCredential'],
  credentialSubject: { id: 'did:example:subject', alumniOf: 'The School of Examples' },
};

describe('with scopes', () => {
  const { post, get, house } = vcHouse();

  it('issues for the house, and verifies what it has issued', async () => {
    const { status, body } = await post('/credentials/issue', { credential: plain, options: {} }, 'issuer');
    expect([status, body.verifiableCredential]).toMatchObject([
      201,
      { ...plain, issuer: 'did:web:health.example', proof: { cryptosuite: 'eddsa-rdfc-2022', proofPurpose: 'assertionMethod' } },
    ]);
    const { verifiableCredential } = body;
    expect(await post('/credentials/verify', { verifiableCredential }, 'checker')).toEqual({ status: 200, body: { verified: true } });
    const tampered = { ...verifiableCredential, credentialSubject: { ...(plain.credentialSubject as Document), alumniOf: 'Elsewhere' } };
    expect(await post('/credentials/verify', { verifiableCredential: tampered }, 'checker')).toMatchObject({
      status: 400,
      body: { verified: false, problemDetails: [{ title: 'SIGNATURE_WRONG' }] },
    });
    expect(JSON.stringify(house().lines)).not.toContain('The School of Examples');
  });

  it('records what it means to sign before it does, and nothing of what it refuses', async () => {
    const db = databaseOf(house().home);
    try {
      const before = Number((await db('document').count({ n: '*' }).first())?.n);
      const seq = Number((await db('audit_entry').max({ seq: 'seq' }).first())?.seq);
      expect((await post('/credentials/issue', { credential: { ...plain, credentialSubject: {} } }, 'issuer')).status).toBe(422);
      expect(
        (await post('/credentials/issue', { credential: { ...plain, type: ['VerifiableCredential', 'x:y z'] } }, 'issuer')).status,
      ).toBe(422);
      const { verifiableCredential } = (await post('/eddsa-jcs-2022/credentials/issue', { credential: plain }, 'issuer')).body;
      const rows = await db('document').orderBy('id');
      expect(rows.length).toBe(before + 1);
      const { intent, credential, owner } = rows.at(-1);
      expect(JSON.parse(credential)).toEqual(verifiableCredential);
      expect(JSON.parse(intent)).toMatchObject({ document: plain, suite: 'eddsa-jcs-2022', created: verifiableCredential.proof.created });
      expect(owner).not.toBe('vc-api-test');
      const entries = await db('audit_entry').where('seq', '>', seq).orderBy('seq').select('action', 'subject');
      expect(entries.map(({ action }) => action)).toEqual(['document.intended', 'document.issued']);
      expect(new Set(entries.map(({ subject }) => subject))).toEqual(new Set([rows.at(-1).id]));
    } finally {
      await db.destroy();
    }
  });

  it('issues nothing, and says nothing, to whoever may not', async () => {
    const credential = { credential: plain };
    expect((await post('/credentials/issue', credential)).status).toBe(401);
    expect((await post('/credentials/issue', credential, 'checker')).status).toBe(403);
    expect((await post('/credentials/verify', { verifiableCredential: plain }, 'issuer')).status).toBe(403);
    expect((await get('/issuers')).status).toBe(401);
    for (const path of ['/test/credentials/issue', '/test/eddsa-jcs-2022/credentials/issue']) {
      expect([path, (await post(path, credential)).status]).toEqual([path, 404]);
    }
    expect((await get('/test/issuers')).status).toBe(404);
  });

  it('believes no did:key, and no stranger', async () => {
    const verifiableCredential = await outsider(41).credential(plain);
    expect(await post('/credentials/verify', { verifiableCredential }, 'checker')).toMatchObject({
      status: 400,
      body: { problemDetails: [{ title: 'ISSUER_UNKNOWN' }] },
    });
  });

  it('issues for nobody else, and no certificate of the house', async () => {
    const refused: [string, Document, string][] = [
      ['another issuer', { ...plain, issuer: 'did:web:other.example' }, 'ISSUER_NOT_OURS'],
      ['null', { ...plain, issuer: null }, 'ISSUER_NOT_OURS'],
      ['its own key', { ...plain, issuer: outsider(41).did }, 'ISSUER_NOT_OURS'],
      ['a certificate', { ...plain, '@context': [V2, `https://health.example/contexts/${'A'.repeat(43)}`] }, 'CREDENTIAL_UNFIT'],
      [
        'its terms',
        {
          ...plain,
          '@context': [V2, { AlumniCredential: 'urn:divoc:vaccination:1#AlumniCredential', alumniOf: 'https://e.example/#alumniOf' }],
        },
        'CREDENTIAL_UNFIT',
      ],
    ];
    for (const suite of ['eddsa-rdfc-2022', 'eddsa-jcs-2022']) {
      for (const [what, credential, code] of refused.slice(0, suite === 'eddsa-jcs-2022' ? 4 : 5)) {
        const { status, body } = await post(`/${suite}/credentials/issue`, { credential }, 'issuer');
        expect([what, status, body.code]).toEqual([what, 422, code]);
      }
    }
    expect(await post('/ecdsa-rdfc-2019/credentials/issue', { credential: plain }, 'issuer')).toMatchObject({
      status: 422,
      body: { code: 'SUITE_UNAVAILABLE' },
    });
    expect((await get('/issuers', 'issuer')).body).toEqual({
      'eddsa-rdfc-2022': 'did:web:health.example',
      'eddsa-jcs-2022': 'did:web:health.example',
      'vc-jose': 'did:web:health.example',
    });
  });

  describe('a credential with a status', () => {
    const BITSTRING = 'BitstringStatusListEntry';
    const asked = { credentialStatus: { type: BITSTRING } };
    const issued = async (changes: Document = {}, suite = ''): Promise<Document & { readonly id: string }> => {
      const { status, body } = await post(`${suite}/credentials/issue`, { credential: { ...plain, ...changes }, options: asked }, 'issuer');
      expect([status, body]).toMatchObject([201, {}]);
      return body.verifiableCredential as unknown as Document & { readonly id: string };
    };
    const change = (credentialId: unknown, statusPurpose: string, status: unknown, more: Document = {}, role = 'officer') =>
      post('/credentials/status', { credentialId, credentialStatus: { type: BITSTRING, statusPurpose, ...more }, status }, role);
    const changed = async (credentialId: string, purpose: string, status: boolean) => (await change(credentialId, purpose, status)).status;
    const verdict = async (verifiableCredential: Document) => {
      const { status, body } = await post('/credentials/verify', { verifiableCredential }, 'checker');
      return [status, ((body.problemDetails ?? []) as { readonly title: string }[]).map(({ title }) => title)];
    };
    const published = async (name: string) => (await (await fetch(`${house().address}/status/${name}`)).json()) as Document;
    const entriesOf = ({ credentialStatus }: Document) => credentialStatus as { statusListIndex: string; statusListCredential: string }[];
    const bitOf = async (credential: Document, name: string): Promise<number> => {
      const place = Number(entriesOf(credential)[0]?.statusListIndex);
      const { encodedList } = (await published(name)).credentialSubject as { encodedList: string };
      const bits = gunzipSync(Buffer.from(encodedList.slice(1), 'base64url'));
      return ((bits[place >> 3] ?? 0) >> (7 - (place & 7))) & 1;
    };

    it.each(['/eddsa-rdfc-2022', '/eddsa-jcs-2022'])('is suspended, reinstated and revoked: %s', async (suite) => {
      const [credential, other] = [await issued({}, suite), await issued({}, suite)];
      expect(credential.id).toMatch(/^urn:uuid:/);
      expect(entriesOf(credential)).toMatchObject([
        { type: BITSTRING, statusPurpose: 'revocation', statusListCredential: 'https://health.example/status/r1' },
        { type: BITSTRING, statusPurpose: 'suspension', statusListCredential: 'https://health.example/status/s1' },
      ]);
      expect(await verdict(credential)).toEqual([200, []]);
      expect([await changed(credential.id, 'suspension', true), await changed(credential.id, 'suspension', true)]).toEqual([200, 200]);
      expect([await verdict(credential), await bitOf(credential, 's1')]).toEqual([[400, ['SUSPENDED']], 1]);
      expect(await changed(credential.id, 'suspension', false)).toBe(200);
      expect([await verdict(credential), await bitOf(credential, 's1')]).toEqual([[200, []], 0]);
      expect([await changed(credential.id, 'revocation', false), await bitOf(credential, 'r1')]).toEqual([200, 0]);
      expect([await changed(credential.id, 'revocation', true), await changed(credential.id, 'revocation', true)]).toEqual([200, 200]);
      expect([await verdict(credential), await bitOf(credential, 'r1')]).toEqual([[400, ['REVOKED']], 1]);
      expect([await verdict(other), await bitOf(other, 'r1'), await bitOf(other, 's1')]).toEqual([[200, []], 0, 0]);
      expect([await changed(credential.id, 'revocation', false), await changed(credential.id, 'suspension', true)]).toEqual([409, 409]);
      for (const name of ['r1', 's1']) expect(await verdict(await published(name))).toEqual([200, []]);
    });

    it('is changed under its own id, with every other one of that id', async () => {
      const id = 'https://registry.example/diplomas/7';
      const both = [await issued({ id }), await issued({ id })];
      expect(both.map((one) => one.id)).toEqual([id, id]);
      expect(await changed(id, 'revocation', true)).toBe(200);
      for (const one of both) expect(await verdict(one)).toEqual([400, ['REVOKED']]);
    });

    it('is audited by what changed, once', async () => {
      const db = databaseOf(house().home);
      try {
        const { id } = await issued();
        const seq = Number((await db('audit_entry').max({ seq: 'seq' }).first())?.seq);
        for (const status of [true, true, false, false]) await changed(id, 'suspension', status);
        await changed(id, 'revocation', true);
        const entries = await db('audit_entry').where('seq', '>', seq).whereLike('action', 'document.%').orderBy('seq').select('action');
        expect(entries.map(({ action }) => action)).toEqual(['document.suspended', 'document.reinstated', 'document.revoked']);
        expect(house().lines.filter(({ message }) => message === 'a fault of this part')).toEqual([]);
      } finally {
        await db.destroy();
      }
    });

    it('takes no place, and leaves no trace, when it is unfit', async () => {
      const db = databaseOf(house().home);
      try {
        const traces = async () => [
          (await db('status_place').count({ n: '*' }).first())?.n,
          (await db('document').count({ n: '*' }).first())?.n,
          (await db('status_list').sum({ n: 'used' }).first())?.n,
        ];
        const before = await traces();
        const refused: [Document, unknown, number][] = [
          [{ ...plain, credentialSubject: {} }, asked, 422],
          [{ ...plain, id: 7 }, asked, 422],
          [{ ...plain, credentialStatus: { type: BITSTRING } }, asked, 422],
          [plain, { credentialStatus: { type: 'StatusList2021Entry' } }, 422],
          [plain, { credentialStatus: null }, 422],
        ];
        for (const [credential, options, status] of refused) {
          expect((await post('/credentials/issue', { credential, options }, 'issuer')).status).toBe(status);
        }
        expect(await traces()).toEqual(before);
      } finally {
        await db.destroy();
      }
    });

    it('is changed by nobody who may not, and by nothing that is not its own', async () => {
      const { id, ...credential } = await issued();
      const without = (await post('/credentials/issue', { credential: { ...plain, id: 'urn:example:without' } }, 'issuer')).body;
      expect(without.verifiableCredential.credentialStatus).toBeUndefined();
      const [{ statusListIndex, statusListCredential } = { statusListIndex: '', statusListCredential: '' }] = entriesOf(credential);
      const asks: [string, unknown, string, unknown, Document, string | undefined, number][] = [
        ['a stranger', id, 'revocation', true, {}, '', 401],
        ['an issuer', id, 'revocation', true, {}, 'issuer', 403],
        ['one without a status', 'urn:example:without', 'revocation', true, {}, 'officer', 404],
        ['no such credential', 'urn:uuid:00000000-0000-7000-8000-000000000000', 'revocation', true, {}, 'officer', 404],
        ['another place', id, 'revocation', true, { statusListIndex: `${Number(statusListIndex) ^ 1}` }, 'officer', 422],
        ['another list', id, 'revocation', true, { statusListCredential: 'https://health.example/status/r2' }, 'officer', 422],
        ['another purpose', id, 'message', true, {}, 'officer', 400],
        ['another type', id, 'revocation', true, { type: 'StatusList2021Entry' }, 'officer', 400],
        ['no boolean', id, 'revocation', 'true', {}, 'officer', 400],
        ['no id', undefined, 'revocation', true, {}, 'officer', 400],
      ];
      for (const [what, ...ask] of asks.map(([name, a, b, c, d, role, status]) => [name, [a, b, c, d, role], status] as const)) {
        const [[credentialId, purpose, status, more, role], expected] = ask;
        expect([what, (await change(credentialId, purpose as string, status, more as Document, role as string)).status]).toEqual([
          what,
          expected,
        ]);
      }
      expect(await verdict({ id, ...credential })).toEqual([200, []]);
      expect((await change(id, 'revocation', true, { statusListIndex, statusListCredential })).status).toBe(200);
      expect(await verdict({ id, ...credential })).toEqual([400, ['REVOKED']]);
    });
  });
});

describe('for tests', () => {
  const { post, get, house } = vcHouse({ test: true, issueWithStatus: true });
  const verify = async (verifiableCredential: Document) => (await post('/test/credentials/verify', { verifiableCredential })).status;
  const issued = async (changes: Document = {}, suite = '') =>
    (await post(`/test${suite}/credentials/issue`, { credential: { ...plain, ...changes } })).body.verifiableCredential;

  it.each(['eddsa-rdfc-2022', 'eddsa-jcs-2022'])('%s: issues as a did:key, and refuses every tampered claim', async (suite) => {
    const { [suite]: did } = (await get('/test/issuers')).body;
    expect(did).toMatch(/^did:key:z6Mk/);
    const credential = await issued({ issuer: did, name: 'A name' }, `/${suite}`);
    expect(credential.proof).toMatchObject({ cryptosuite: suite, verificationMethod: `${did}#${String(did).slice(8)}` });
    expect(await verify(credential)).toBe(200);
    const { proof } = credential;
    const tampered: Document[] = [
      { ...credential, name: 'Another' },
      { ...credential, validUntil: '2099-01-01T00:00:00Z' },
      { ...credential, issuer: outsider(42).did },
      { ...credential, proof: { ...proof, created: '2026-01-01T00:00:00Z' } },
      { ...credential, proof: { ...proof, verificationMethod: undefined } },
      { ...credential, proof: { ...proof, proofPurpose: undefined } },
      { ...credential, proof: { ...proof, proofPurpose: 'authentication' } },
      { ...credential, proof: { ...proof, type: 'UnknownProofType' } },
      { ...credential, proof: { ...proof, cryptosuite: 'unknown-cryptosuite-2017' } },
      { ...credential, proof: { ...proof, proofValue: String(proof.proofValue).slice(1) } },
      { ...credential, proof: { ...proof, proofValue: undefined } },
      { ...credential, proof: undefined },
    ];
    for (const [index, document] of tampered.entries()) expect([index, await verify(document)]).toEqual([index, 400]);
  });

  it('issues with a P-256 key, in every suite that takes one, once there is one', async () => {
    await house().port(keyStore).make({ purpose: 'vc-ecdsa', algorithm: 'ES256' });
    for (const suite of ['ecdsa-rdfc-2019', 'ecdsa-jcs-2019']) {
      const { [suite]: did } = (await get('/test/issuers')).body;
      expect(did).toMatch(/^did:key:zDna/);
      const credential = await issued({ issuer: did }, `/${suite}`);
      expect(credential.proof).toMatchObject({ cryptosuite: suite });
      expect(await verify(credential)).toBe(200);
      expect(await verify({ ...credential, name: 'x' })).toBe(400);
    }
  });

  it('ecdsa-sd-2023: issues for the holder, derives what they show, and verifies that alone', async () => {
    const { 'ecdsa-sd-2023': did } = (await get('/test/issuers')).body;
    const credential = { ...plain, issuer: did, validUntil: '2099-01-01T00:00:00Z', name: 'A name' };
    const options = { mandatoryPointers: ['/credentialSubject/id'] };
    const { body } = await post('/test/ecdsa-sd-2023/credentials/issue', { credential, options });
    const held = body.verifiableCredential;
    expect(held.proof.proofValue).toMatch(/^u2V0A/);
    expect(await post('/test/credentials/verify', { verifiableCredential: held })).toMatchObject({
      status: 400,
      body: { problemDetails: [{ title: 'PROOF_FOR_HOLDER' }] },
    });
    const derive = (verifiableCredential: unknown, selectivePointers?: unknown) =>
      post('/test/credentials/derive', { verifiableCredential, options: { selectivePointers } });
    const derived = await derive(held, ['/credentialSubject/alumniOf']);
    expect(derived.status).toBe(201);
    const { verifiableCredential: shown } = derived.body;
    expect(shown.proof.proofValue).toMatch(/^u2V0B/);
    const { name: _, ...others } = credential;
    expect({ ...shown, proof: undefined }).toEqual({ ...others, proof: undefined });
    expect(await verify(shown)).toBe(200);
    expect((await derive(held)).body.verifiableCredential.credentialSubject).toEqual({ id: 'did:example:subject' });
    for (const tampered of [
      { ...shown, name: 'A name' },
      { ...shown, validUntil: undefined },
      { ...shown, proof: held.proof },
    ])
      expect(await verify(tampered)).toBe(400);
    expect((await derive(held, 'x')).status).toBe(400);
    expect(await derive(held, ['/credentialSubject/colour'])).toMatchObject({
      status: 422,
      body: { code: 'DISCLOSURE_REFUSED', errors: [{ pointer: '/credentialSubject/colour' }] },
    });
    expect((await derive(shown, [])).status).toBe(422);
    expect((await derive(plain, [])).status).toBe(422);
    const unfit = { credential, options: { mandatoryPointers: ['/colour'] } };
    expect((await post('/test/ecdsa-sd-2023/credentials/issue', unfit)).status).toBe(422);
  });

  it('refuses what has ended, has not begun, and was signed by another key', async () => {
    const [alumni, stranger] = [outsider(43), outsider(44)];
    expect(await verify(await alumni.credential(plain))).toBe(200);
    expect(await verify(await alumni.credential({ ...plain, validUntil: '2026-11-01T00:00:00Z' }))).toBe(400);
    expect(await verify(await alumni.credential({ ...plain, validFrom: '2999-01-01T00:00:00Z' }))).toBe(400);
    expect(await verify(await stranger.credential({ ...plain, issuer: alumni.did }))).toBe(400);
    const own = await alumni.credential(plain);
    const forged = (await stranger.credential({ ...plain, issuer: alumni.did })).proof as Document;
    expect(await verify({ ...own, proof: { ...forged, verificationMethod: (own.proof as Document).verificationMethod } })).toBe(400);
    // A second proof must hold as well, whoever made it.
    const both = [own.proof, (await stranger.credential({ ...plain, issuer: alumni.did })).proof];
    expect(await verify({ ...own, proof: both })).toBe(200);
    expect(await verify({ ...own, name: 'x', proof: both })).toBe(400);
  });

  it('verifies a proof only for what the caller expects of it', async () => {
    const own = await outsider(48).credential(plain, { domain: ['b.example', 'a.example'], challenge: 'c' });
    const asked = async (options: unknown, verifiableCredential = own) =>
      (await post('/test/credentials/verify', { verifiableCredential, options })).status;
    for (const options of [
      undefined,
      { checks: ['proof'] },
      { domain: ['a.example', 'b.example'], challenge: 'c', expectedProofPurpose: 'assertionMethod' },
    ])
      expect([options, await asked(options)]).toEqual([options, 200]);
    for (const options of [
      { domain: 'a.example' },
      { domain: ['a.example', 'b.example', 'c.example'] },
      { domain: [] },
      { domain: [1] },
      { challenge: 'd' },
      { challenge: 1 },
      { expectedProofPurpose: 'authentication' },
      { expectedProofPurpose: null },
    ])
      expect([options, await asked(options)]).toEqual([options, 400]);
    const bare = await outsider(48).credential(plain);
    for (const options of [{ domain: 'a.example' }, { challenge: 'c' }])
      expect([options, await asked(options, bare)]).toEqual([options, 400]);
  });

  it('vc-jose: issues in envelopes, and verifies them', async () => {
    const { 'vc-jose': did } = (await get('/test/issuers')).body;
    const enveloped = await issued({ issuer: did, name: 'A name' }, '/vc-jose');
    expect(enveloped).toEqual({
      '@context': V2,
      id: expect.stringMatching(/^data:application\/vc\+jwt,eyJ/),
      type: 'EnvelopedVerifiableCredential',
    });
    expect(await verify(enveloped)).toBe(200);
    expect(await verify({ ...enveloped, id: `${String(enveloped.id).slice(0, -4)}AAAA` })).toBe(400);
    expect(await verify({ ...enveloped, type: ['EnvelopedVerifiableCredential', 'x'] })).toBe(400);
    expect((await post('/test/vc-jose/credentials/issue', { credential: { ...plain, vc: {} } })).status).toBe(422);
  });

  it('reads credentials in envelopes, alone and in presentations', async () => {
    const { intent, sign, key } = { ...credentialFixture({ certified: true }), key: documentSigner(0).key.publicKeyMultibase };
    const own = { issuer: `did:key:${key}`, verificationMethod: `did:key:${key}#${key}` };
    const text = String(await sdJwtFormat.seal({ ...intent, ...own }, sign));
    const enveloped = { '@context': V2, id: `data:application/dc+sd-jwt,${text}`, type: 'EnvelopedVerifiableCredential' };
    expect(await verify(enveloped)).toBe(200);
    const altered = { ...enveloped, id: enveloped.id.replace('~', 'A~') };
    expect(await verify(altered)).toBe(400);
    expect(await verify({ ...enveloped, issuer: own.issuer })).toBe(400);
    const holder = outsider(45);
    const presented = async (credential: Document) => {
      const presentation = { '@context': [V2], type: ['VerifiablePresentation'], holder: holder.did, verifiableCredential: [credential] };
      const verifiablePresentation = await holder.presentation(presentation, { challenge: 'c' });
      return post('/test/presentations/verify', { verifiablePresentation, options: { challenge: 'c' } });
    };
    expect(await presented(enveloped)).toEqual({ status: 200, body: { verified: true } });
    expect(await presented(altered)).toMatchObject({ status: 400, body: { verified: false } });
    const verifiablePresentation = { '@context': V2, id: 'data:application/vp+jwt,a.b.c', type: 'EnvelopedVerifiablePresentation' };
    expect(await post('/test/presentations/verify', { verifiablePresentation })).toMatchObject({
      status: 400,
      body: { problemDetails: [{ title: 'FORMAT_UNKNOWN' }] },
    });
  });

  it('gives nothing a status: a did:key keeps no lists', async () => {
    const options = { credentialStatus: { type: 'BitstringStatusListEntry' } };
    const { status, body } = await post('/test/credentials/issue', { credential: plain, options });
    expect([status, body.code]).toEqual([422, 'STATUS_UNAVAILABLE']);
    expect((await issued()).credentialStatus).toBeUndefined();
  });

  it('answers 400 for what is no request', async () => {
    for (const body of [{}, { credential: 'x' }, { credential: [] }, [], { verifiableCredential: plain }]) {
      expect((await post('/test/credentials/issue', body)).status).toBe(400);
    }
    for (const body of [{}, { verifiableCredential: null }, { verifiableCredential: {} }, { verifiableCredential: { type: ['x'] } }]) {
      expect((await post('/test/credentials/verify', body)).status).toBe(400);
    }
  });

  describe('presentations', () => {
    const holder = outsider(45);
    const request = { domain: 'https://shop.example', challenge: 'u1LmvMrSmKSYfpBl4Xj5u5A' };
    const show = async (verifiablePresentation: Document, options: unknown = request) =>
      (await post('/test/presentations/verify', { verifiablePresentation, options })).status;
    const presented = async (changes: Document = {}, asked: Document = request) => {
      const base = { '@context': [V2], type: ['VerifiablePresentation'], verifiableCredential: [await issued()] };
      return holder.presentation({ ...base, ...changes }, asked);
    };

    it('are verified with all that is in them, for the request that they were made for', async () => {
      expect(await show(await presented())).toBe(200);
      expect(await show(await presented({ holder: holder.did, id: 'urn:uuid:3978344f-8596-4c3a-a978-8fcaba3903c5' }))).toBe(200);
      expect(await show(await presented({ verifiableCredential: undefined }))).toBe(200);
      expect(await show(await presented(), {})).toBe(200);
      expect(await show(await presented({}, { challenge: request.challenge }), { challenge: request.challenge })).toBe(200);
      expect(await show(await presented({ verifiableCredential: [await issued(), await issued({}, '/eddsa-jcs-2022')] }))).toBe(200);
    });

    it('are refused for another request, another holder, and for anything that was altered or has ended', async () => {
      const sound = await presented();
      const ended = await outsider(46).credential({ ...plain, validUntil: '2026-11-01T00:00:00Z' });
      const [credential] = sound.verifiableCredential as Document[];
      const refused: [string, Document, unknown?][] = [
        ['another challenge', sound, { ...request, challenge: 'other' }],
        ['another domain', sound, { ...request, domain: 'https://evil.example' }],
        ['no challenge in it', await presented({}, {})],
        ['one more domain', sound, { ...request, domain: [request.domain, 'https://evil.example'] }],
        ['another purpose', sound, { ...request, expectedProofPurpose: 'assertionMethod' }],
        ['a challenge that is no text', sound, { ...request, challenge: 1 }],
        ['another holder', await presented({ holder: outsider(47).did })],
        ['an altered credential', { ...sound, verifiableCredential: [{ ...credential, name: 'x' }] }],
        ['no credential any more', { ...sound, verifiableCredential: undefined }],
        ['one more credential', { ...sound, verifiableCredential: [credential, await issued()] }],
        ['an ended credential', await presented({ verifiableCredential: [ended] })],
        ['an unsigned credential', await presented({ verifiableCredential: [{ ...plain, issuer: holder.did }] })],
        ['a text for a credential', { ...sound, verifiableCredential: ['x'] }],
        ['no proof', { ...sound, proof: undefined }],
        ['a proof for assertions', { ...sound, proof: { ...(sound.proof as Document), proofPurpose: 'assertionMethod' } }],
        ['no type', { ...sound, type: undefined }],
        ['no context', { ...sound, '@context': undefined }],
        ['a context that is no URL', { ...sound, '@context': [V2, 'https ://not-a-url/contexts/example/v1'] }],
        ['a context that is a number', { ...sound, '@context': [V2, 123192875] }],
      ];
      for (const [what, document, options] of refused) expect([what, await show(document, options)]).toEqual([what, 400]);
    });
  });
});

it('is never open to everybody in production', async () => {
  const { default: plugin } = await import('../../plugins/api-vc/plugin.js');
  const found = plugin.check?.({ config: { test: true, acceptDidKey: false, notVerifiedStatus: 400 }, profile: 'production' } as never);
  expect(found).toMatchObject([{ code: 'VC_API_TEST_IN_PRODUCTION' }]);
});
