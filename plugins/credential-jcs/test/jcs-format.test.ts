import type { SealIntent, Verdict } from '@divoc/core/api';
import { credentialFixture, credentialFormatContract, holdTo, SEALED_AT, testKey } from '@divoc/core/testkit';
import { describe, expect, it } from 'vitest';
import { addProof, type Proof } from '../src/data-integrity.js';
import { jcsFormat, jcsFormatOf } from '../src/jcs-format.js';

type Document = Readonly<Record<string, unknown>>;

const { intent, key, trust, did, verificationMethod, type } = credentialFixture();
const credential = (await jcsFormat.seal(intent, key.sign)) as Document & { proof: Proof };
const open = (document: unknown, known = trust(), at = SEALED_AT) => jcsFormat.open(document, known, at);
const short = ({ status, reasons }: Verdict) => [status, reasons[0]?.code];

/** Signs whatever it is given, as an issuer with other software might. */
function signed(document: Document, options: Document = {}): Promise<Document> {
  const own = { type: 'DataIntegrityProof', cryptosuite: 'eddsa-jcs-2022', verificationMethod, proofPurpose: 'assertionMethod' } as const;
  const given = Object.fromEntries(Object.entries({ ...own, ...options }).filter(([, value]) => value !== undefined));
  return addProof(document, given as typeof own, key.sign);
}
const { proof: _, ...unsigned } = credential;

describe('the contract of its port', () => {
  const kind = ['eddsa-jcs-2022', 'ecdsa-jcs-2019'];
  holdTo(it, credentialFormatContract, () => ({ format: jcsFormat, kind }));
  describe('with a P-256 key', () => {
    const fixture = credentialFixture({ certified: true });
    holdTo(it, credentialFormatContract, () => ({ format: jcsFormatOf('ecdsa-jcs-2019'), kind, fixture, isRandomised: true }));
  });
});

describe('what it seals', () => {
  it('is the credential of the other suites, but for its proof', () => {
    expect(Object.keys(credential)).toEqual(['@context', 'id', 'type', 'issuer', 'validFrom', 'validUntil', 'credentialSubject', 'proof']);
    expect(credential['@context']).toEqual(['https://www.w3.org/ns/credentials/v2', type.url]);
    expect(credential.proof).toMatchObject({
      created: intent.created,
      cryptosuite: 'eddsa-jcs-2022',
      verificationMethod,
      proofPurpose: 'assertionMethod',
      '@context': credential['@context'],
      proofValue: expect.stringMatching(/^z[1-9A-HJ-NP-Za-km-z]{86,88}$/),
    });
  });

  it('verifies where nothing but the key is known: no context, no certificate type', async () => {
    expect(await open(credential, trust({}, []))).toMatchObject({ status: 'VERIFIED', claims: { credentialSubject: intent.subject } });
  });

  const unfit: [string, Partial<SealIntent>, string][] = [
    ['an id that is no UUID', { id: 'urn:uuid:1' }, '/id'],
    ['an instant without offset', { created: '2026-11-23T10:00:00' }, '/proof'],
    ['an end before its beginning', { validUntil: '2020-01-01T00:00:00Z' }, '/validUntil'],
    ['a subject of which nothing is said', { subject: {} }, '/credentialSubject'],
    ['an unpaired surrogate', { subject: { lotNumber: '\udc00' } }, ''],
    ["another issuer's key", { verificationMethod: `did:web:other.example#${key.multibase}` }, '/proof/verificationMethod'],
    ['a key that does not name itself', { verificationMethod: `${did}#key-1` }, '/proof/verificationMethod'],
    ['a type served elsewhere', { type: { ...type, url: `https://other.example/contexts/${type.hash}` } }, '/@context'],
  ];
  it.each(unfit)('is never %s', async (_what, change, pointer) => {
    await expect(jcsFormat.seal({ ...intent, ...change }, key.sign)).rejects.toMatchObject({
      code: 'CREDENTIAL_UNFIT',
      errors: [{ pointer }],
    });
  });
});

describe('credentials of other issuers', () => {
  it('verify with whatever the rules allow them', async () => {
    const foreign: [string, Document, Document?][] = [
      ['no dates', { ...unsigned, validFrom: undefined, validUntil: undefined }],
      [
        'no id, other contexts and members',
        { ...unsigned, id: undefined, '@context': ['https://www.w3.org/ns/credentials/v2', { x: 'urn:x' }], x: [1.5, null] },
      ],
      ['an issuer with a name', { ...unsigned, issuer: { id: did, name: 'Ministry of Health' } }],
      ['several subjects', { ...unsigned, credentialSubject: [{ a: 1 }, { id: 'urn:x:y' }] }],
      ['a status entry', { ...unsigned, credentialStatus: { type: 'OwnStatus' } }],
      ['no date of its proof', unsigned, { created: undefined }],
      ['a proof with an end', unsigned, { expires: '2027-01-01T00:00:00Z' }],
      ['a proof made for somebody', unsigned, { domain: ['a.example'], challenge: 'c', nonce: 'n', id: 'urn:uuid:2' }],
    ];
    for (const [what, document, options] of foreign) {
      const sound = JSON.parse(JSON.stringify(await signed(JSON.parse(JSON.stringify(document)), { created: intent.created, ...options })));
      expect([what, (await open(sound)).status]).toEqual([what, 'VERIFIED']);
    }
  });

  it('break the rules although they are signed', async () => {
    const foreign: [string, Document, Document?][] = [
      ['a type that is no text', { ...unsigned, type: ['VerifiableCredential', 1] }],
      ['no issuer', { ...unsigned, issuer: null }],
      ['an issuer that is no URL', { ...unsigned, issuer: { name: 'x' } }],
      ['no subject', { ...unsigned, credentialSubject: [] }],
      ['an empty subject', { ...unsigned, credentialSubject: {} }],
      ['a day for an instant', { ...unsigned, validFrom: '2026-11-23' }],
      ['an instant without offset', { ...unsigned, validUntil: '2036-11-23T10:00:00' }],
      ['ends before its beginning', { ...unsigned, validUntil: '2020-01-01T00:00:00Z' }],
      ['a status without a type', { ...unsigned, credentialStatus: { id: 'urn:x:y' } }],
      ['a null member', { ...unsigned, validUntil: null }],
      ['an id that is no URL', { ...unsigned, id: 'x' }],
      ['another purpose', unsigned, { proofPurpose: 'authentication' }],
      ['a proof that ends before it was made', unsigned, { created: '2026-11-23T10:00:00Z', expires: '2026-11-23T09:00:00Z' }],
    ];
    for (const [what, document, options] of foreign) {
      const verdict = await open(await signed(document, { created: intent.created, ...options }));
      expect([what, ...short(verdict)]).toEqual([what, 'INVALID_SIGNING_FORMAT', 'RULES_OF_VC']);
    }
  });

  it('have a proof of one shape', async () => {
    const { proof } = credential;
    const { created: _created, ...undated } = proof;
    const malformed: Document[] = [
      { ...proof, colour: 'red' },
      { ...proof, previousProof: 'urn:uuid:1' },
      { ...proof, id: 'urn:uuid:1', previousProof: 'urn:uuid:1' },
      { ...proof, type: 'Ed25519Signature2020' },
      { ...proof, created: '2026-11-23' },
      { ...undated, created: null },
      { ...proof, expires: 'never' },
      { ...proof, proofValue: proof.proofValue.slice(1) },
      { ...proof, proofValue: `m${proof.proofValue.slice(1)}` },
      { ...proof, proofValue: `z1${proof.proofValue.slice(1)}` },
      { ...proof, proofValue: proof.proofValue.replace(/.$/, '0') },
      { ...proof, proofValue: 'z' },
      { ...proof, proofValue: [proof.proofValue] },
      { ...proof, '@context': [...(credential['@context'] as string[])].reverse() },
      { ...proof, '@context': (credential['@context'] as string[]).slice(0, 1) },
      { ...proof, verificationMethod: { id: verificationMethod } },
    ];
    malformed.push([proof] as never);
    for (const other of malformed)
      expect(short(await open({ ...credential, proof: other }))).toEqual(['INVALID_SIGNING_FORMAT', 'RULES_OF_VC']);
    expect(short(await open({ ...credential, proof: { ...proof, verificationMethod: undefined } }))[0]).not.toBe('VERIFIED');
    expect(short(await open(await signed(unsigned, { verificationMethod: undefined })))).toEqual(['KID_NOT_INCLUDED', 'KEY_NOT_NAMED']);
    for (const other of [[], [proof, null], null, 'z', { ...proof, cryptosuite: 'eddsa-jcs-2023' }]) {
      expect((await open({ ...credential, proof: other })).status).toBe('NOT_SUPPORTED');
    }
  });

  it('hold until their proof has ended, and as long as its key when they are undated', async () => {
    const ending = await signed(unsigned, { created: intent.created, expires: '2027-01-01T00:00:00Z' });
    expect(short(await open(ending, trust(), new Date('2027-01-01T00:00:01Z')))).toEqual(['EXPIRED', 'PROOF_EXPIRED']);
    const undated = await signed(unsigned);
    const until = trust({ expires: '2026-12-01T00:00:00Z' });
    expect((await open(undated, until)).status).toBe('VERIFIED');
    expect((await open(undated, until, new Date('2026-12-02T00:00:00Z'))).status).toBe('EXPIRED_KEYS');
  });

  it('are not signed by a neighbour', async () => {
    const neighbour = credentialFixture({ did: 'did:web:other.example', seed: 3 });
    const theirs = (await jcsFormat.seal(neighbour.intent, neighbour.key.sign)) as object;
    const both = { ...neighbour.trust(), issuer: () => true };
    expect((await open(theirs, both)).status).toBe('VERIFIED');
    expect(short(await open({ ...theirs, issuer: did }, both))).toEqual(['ISSUER_NOT_TRUSTED', 'KEY_NOT_OF_ISSUER']);
  });

  it('may name a did:key, which is trusted only when told to', async () => {
    const own = `did:key:${key.multibase}`;
    const sealed = await jcsFormat.seal({ ...intent, issuer: own, verificationMethod: `${own}#${key.multibase}` }, key.sign);
    const unknown = { ...trust(), key: () => undefined };
    expect(short(await open(sealed, unknown))).toEqual(['ISSUER_NOT_TRUSTED', 'ISSUER_UNKNOWN']);
    expect((await open(sealed, { ...unknown, issuer: (issuer) => issuer === own })).status).toBe('VERIFIED');
  });
});

describe('sets and chains of proofs', () => {
  // Of a credential of somebody else: those of the house have one proof.
  const general = { ...unsigned, '@context': ['https://www.w3.org/ns/credentials/v2'] };
  const notary = testKey(5);
  const [first, second] = ['urn:uuid:00000000-0000-4000-8000-000000000001', 'urn:uuid:00000000-0000-4000-8000-000000000002'];
  const byNotary = {
    type: 'DataIntegrityProof',
    cryptosuite: 'eddsa-jcs-2022',
    id: second,
    created: intent.created,
    verificationMethod: `did:key:${notary.multibase}#${notary.multibase}`,
    proofPurpose: 'assertionMethod',
  } as const;

  it('hold when all do, and one of them is of the issuer', async () => {
    const both = (await addProof(await signed(general, { created: intent.created }), byNotary, notary.sign)) as Document & {
      proof: Proof[];
    };
    expect((await open(both)).status).toBe('VERIFIED');
    const [own, other] = both.proof as [Proof, Proof];
    expect(short(await open({ ...both, proof: [other] }))).toEqual(['ISSUER_NOT_TRUSTED', 'KEY_NOT_OF_ISSUER']);
    expect((await open({ ...both, proof: [own] })).status).toBe('VERIFIED');
    for (const broken of [
      { ...other, created: SEALED_AT.toISOString() },
      { ...other, id: first },
    ])
      expect(short(await open({ ...both, proof: [own, broken] }))).toEqual(['INVALID_SIGNATURE', 'SIGNATURE_WRONG']);
    const elsewhere = { ...other, verificationMethod: 'did:web:notary.example#key-1' };
    expect(short(await open({ ...both, proof: [own, elsewhere] }))).toEqual(['ISSUER_NOT_TRUSTED', 'KEY_UNKNOWN']);
  });

  it('hold no longer when a proof that another one names is edited or removed', async () => {
    const one = await signed(general, { created: intent.created, id: first });
    const chain = (await addProof(one, { ...byNotary, previousProof: first }, notary.sign)) as Document & { proof: Proof[] };
    expect((await open(chain)).status).toBe('VERIFIED');
    const [own, other] = chain.proof as [Proof, Proof];
    const { previousProof: _previous, ...alone } = other;
    expect((await open({ ...chain, proof: [own, alone] })).status).toBe('INVALID_SIGNATURE');
    const again = (await signed(general, { created: SEALED_AT.toISOString(), id: first })).proof;
    expect((await open({ ...chain, proof: [again] })).status).toBe('VERIFIED');
    expect((await open({ ...chain, proof: [again, other] })).status).toBe('INVALID_SIGNATURE');
    expect(short(await open({ ...chain, proof: [other] }))).toEqual(['INVALID_SIGNING_FORMAT', 'RULES_OF_VC']);
  });
});

it('notices one place in a number, and one accent written in another way', async () => {
  const document = await signed({ ...unsigned, credentialSubject: { dose: 1, share: 0.1, name: 'é' } }, { created: intent.created });
  const subjects = [
    { dose: 1, share: 0.1, name: 'e\u0301' },
    { dose: '1', share: 0.1, name: 'é' },
    { dose: 1, share: 0.10000000000000002, name: 'é' },
  ];
  for (const credentialSubject of subjects) expect((await open({ ...document, credentialSubject })).status).toBe('INVALID_SIGNATURE');
  const text = JSON.stringify(document).replace('"dose":1', '"dose":1.0').replace('"share":0.1', '"share":1e-1').replace('é', '\\u00e9');
  expect((await open(JSON.parse(text))).status).toBe('VERIFIED');
  expect((await open(document, trust({ publicKeyMultibase: testKey(2).multibase }))).status).toBe('INVALID_SIGNATURE');
});
