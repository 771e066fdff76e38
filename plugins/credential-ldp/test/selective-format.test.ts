import { type CheckContext, type CredentialFormat, isRefusal, type Verdict } from '@divoc/core/api';
import { assertNotMalleable, credentialFixture, credentialFormatContract, holdTo, SEALED_AT, setUpPart } from '@divoc/core/testkit';
import { describe, expect, it } from 'vitest';
import plugin from '../plugin.js';
import { ldpFormat } from '../src/ldp-format.js';
import { disclose } from '../src/selective/disclose.js';
import { readBase, readDerived, writeBase, writeDerived } from '../src/selective/proof-value.js';
import { selectiveFormat } from '../src/selective/selective-format.js';
import { iri } from './context-iri.js';
import { subject, type } from './fixture.js';

type Document = Readonly<Record<string, unknown>> & { readonly proof: Readonly<Record<string, string>> };

const fixture = credentialFixture({ type, subject, certified: true });
const { intent, sign, trust } = fixture;
const format = selectiveFormat(['/credentialSubject/doseNumber', '/credentialSubject/absentEverywhere']);
const sealed = (await format.seal(intent, sign)) as Document;
const open = (document: unknown, known = trust()) => format.open(document, known, SEALED_AT);
const short = ({ status, reasons }: Verdict) => [status, reasons[0]?.code];
const shown = (...pointers: string[]) => disclose(sealed, pointers, trust()) as Promise<Document>;
const NAME = '/credentialSubject/patient/name';

describe('the contract of its port', () => {
  holdTo(it, credentialFormatContract, () => ({
    format: selectiveFormat([]),
    kind: ['eddsa-rdfc-2022', 'ecdsa-rdfc-2019', 'ecdsa-sd-2023', 'Ed25519Signature2020'],
    fixture,
    iri,
    isRandomised: true,
  }));
});

describe('what is derived', () => {
  it('shows what was chosen and what must be, and nothing of the rest', async () => {
    const derived = await shown(NAME);
    expect(derived.credentialSubject).toEqual({ patient: { name: subject.patient.name }, doseNumber: subject.doseNumber });
    expect(Object.keys(derived).sort()).toEqual(
      ['@context', 'credentialSubject', 'id', 'issuer', 'proof', 'type', 'validFrom', 'validUntil'].sort(),
    );
    expect(await open(derived)).toMatchObject({
      status: 'VERIFIED',
      claims: { id: intent.id, credentialSubject: derived.credentialSubject },
    });
    // What a verifier gets holds none of the bytes from which the holder's proof could be made again.
    const { hmacKey, signatures } = readBase(sealed.proof.proofValue) ?? {};
    const value = readDerived(derived.proof.proofValue);
    expect(Buffer.from(derived.proof.proofValue?.slice(1) ?? '', 'base64url').includes(Buffer.from(hmacKey as Uint8Array))).toBe(false);
    // The subject, the patient and the name: three statements beside those that must be shown.
    expect([value?.signatures.length, (signatures?.length ?? 0) > 10]).toEqual([2, true]);
  });

  it('shows the mandatory fields alone where nothing is chosen, and everything where all is', async () => {
    expect((await shown()).credentialSubject).toEqual({ doseNumber: subject.doseNumber });
    const all = await shown('');
    expect(all.credentialSubject).toEqual(subject);
    for (const derived of [await shown(), all]) expect((await open(derived)).status).toBe('VERIFIED');
  });

  it('is VERIFIED in no other writing, however much of it is shown', async () => {
    for (const pointers of [[''], [NAME, '/credentialSubject/facility', '/credentialSubject/lotNumber'], []]) {
      const tried = await assertNotMalleable(await shown(...pointers), open, { iri });
      expect(tried).toBeGreaterThan(250);
    }
  });

  it('does not verify with a statement taken away, added, or taken from another one', async () => {
    const derived = await shown(NAME, '/credentialSubject/lotNumber');
    const all = await shown('');
    const value = readDerived(derived.proof.proofValue);
    if (!value) throw new Error('not derived');
    const withValue = (change: object) => ({ ...derived, proof: { ...derived.proof, proofValue: writeDerived({ ...value, ...change }) } });
    expect((await open(withValue({}))).status).toBe('VERIFIED');
    const [a, b] = value.signatures as [Uint8Array, Uint8Array];
    const labels = [...value.labels] as [string, string][];
    const [first, second] = [labels[0]?.[1] as string, labels[1]?.[1] as string];
    const other = (await format.seal(intent, sign)) as Document;
    const others = readDerived(((await disclose(other, [NAME, '/credentialSubject/lotNumber'], trust())) as Document).proof.proofValue);
    const wrong: [string, unknown][] = [
      ['a signature less', withValue({ signatures: value.signatures.slice(1) })],
      ['a signature twice', withValue({ signatures: [...value.signatures, a] })],
      ['signatures in another order', withValue({ signatures: [b, a, ...value.signatures.slice(2)] })],
      ['signatures of another proof', withValue({ signatures: others?.signatures })],
      ['a mandatory statement as one that may be kept back', withValue({ mandatoryIndexes: value.mandatoryIndexes.slice(1) })],
      ['all statements as mandatory', withValue({ signatures: [], mandatoryIndexes: [...Array(20).keys()] })],
      ['an index too large', withValue({ mandatoryIndexes: [...value.mandatoryIndexes, 99] })],
      [
        'names of nodes swapped',
        withValue({
          labels: new Map([
            ['c14n0', second],
            ['c14n1', first],
          ]),
        }),
      ],
      [
        'one name for two nodes',
        withValue({
          labels: new Map([
            ['c14n0', first],
            ['c14n1', first],
          ]),
        }),
      ],
      ['a name too many', withValue({ labels: new Map([...labels, ['c14n9', `u${'A'.repeat(43)}`]]) })],
      ['no names', withValue({ labels: new Map() })],
      ['the base signature of another proof', withValue({ baseSignature: others?.baseSignature })],
      ['the own key of another proof', withValue({ publicKey: others?.publicKey })],
      ['a field more', { ...derived, credentialSubject: { ...(derived.credentialSubject as object), vaccineName: subject.vaccineName } }],
      [
        'a mandatory field less',
        { ...derived, credentialSubject: { lotNumber: subject.lotNumber, patient: { name: subject.patient.name } } },
      ],
      ['the end less', { ...derived, validUntil: undefined }],
      ['the proof of all', { ...derived, proof: all.proof }],
      ['its proof under all', { ...all, proof: derived.proof }],
    ];
    for (const [what, document] of wrong)
      expect([what, (await open(JSON.parse(JSON.stringify(document)))).status]).toEqual([what, 'INVALID_SIGNATURE']);
  });

  it('is not read in another suite, nor written in another way', async () => {
    const derived = await shown(NAME);
    const { proofValue = '' } = derived.proof;
    const bytes = Buffer.from(proofValue.slice(1), 'base64url');
    const written = (more: Uint8Array) => `u${Buffer.from(more).toString('base64url')}`;
    for (const value of [
      written(Buffer.concat([bytes, Buffer.of(0)])),
      written(bytes.subarray(0, -1)),
      written(Buffer.concat([bytes.subarray(0, 3), Buffer.of(0x9f), bytes.subarray(4), Buffer.of(0xff)])),
    ])
      expect(short(await open({ ...derived, proof: { ...derived.proof, proofValue: value } }))).toEqual([
        'INVALID_SIGNATURE',
        'SIGNATURE_WRONG',
      ]);
    for (const change of [{ cryptosuite: 'ecdsa-rdfc-2019' }, { cryptosuite: 'eddsa-rdfc-2022' }, { proofPurpose: 'authentication' }])
      expect((await open({ ...derived, proof: { ...derived.proof, ...change } })).status).not.toBe('VERIFIED');
    // The other reader of the package is the same one.
    expect(await ldpFormat.open(derived, trust(), SEALED_AT)).toEqual(await open(derived));
  });
});

describe('the settings', () => {
  const set = async (config: object) => (await setUpPart(plugin, { config })).ports.format as CredentialFormat;

  it('choose what certificates are signed with', async () => {
    expect((await set({})).sealsForHolder).toBeUndefined();
    const chosen = await set({ cryptosuite: 'ecdsa-sd-2023', mandatory: ['/credentialSubject/lotNumber'] });
    const derived = (await chosen.disclose?.(await chosen.seal(intent, sign), [], trust())) as Document;
    expect(derived.credentialSubject).toEqual({ lotNumber: subject.lotNumber });
    // Whatever is set, every credential of the package is read, and derived from.
    const plain = await set({});
    expect((await plain.open(derived, trust(), SEALED_AT)).status).toBe('VERIFIED');
    expect(await plain.disclose?.(sealed, [NAME], trust())).toEqual(await shown(NAME));
  });

  it('are refused where they mean nothing', async () => {
    await expect(set({ cryptosuite: 'ecdsa-sd-2023', mandatory: ['/issuer'] })).rejects.toThrow();
    const context = { config: { cryptosuite: 'eddsa-rdfc-2022', mandatory: ['/credentialSubject/lotNumber'] } } as unknown;
    expect(await plugin.check?.(context as CheckContext<never>)).toMatchObject([{ code: 'LDP_NOTHING_TO_CHOOSE', pointer: '/mandatory' }]);
  });
});

describe("the holder's own", () => {
  it('is refused by verifiers, with the reason', async () => {
    expect(short(await open(sealed))).toEqual(['INVALID_SIGNING_FORMAT', 'PROOF_FOR_HOLDER']);
  });

  it('is not derived from once it was altered, and what comes out is not believed', async () => {
    const base = readBase(sealed.proof.proofValue);
    if (!base) throw new Error('no base proof');
    const shorter = { ...sealed, proof: { ...sealed.proof, proofValue: writeBase({ ...base, signatures: base.signatures.slice(1) }) } };
    const refusal = (document: unknown, pointers: string[], known = trust()) =>
      disclose(document, pointers, known).then(
        () => 'derived',
        (error: unknown) => (isRefusal(error) ? error.errors[0]?.code : error),
      );
    expect(await refusal(shorter, [NAME])).toBe('BASE_PROOF_UNFIT');
    expect(await refusal({ ...sealed, credentialSubject: { doseNumber: 1 } }, [])).toBe('BASE_PROOF_UNFIT');
    expect(await refusal(await shown(NAME), [])).toBe('BASE_PROOF_MISSING');
    expect(await refusal(sealed, [], trust({}, []))).toBe('CONTEXT_UNKNOWN');
    expect(await refusal({ ...sealed, '@context': [...(sealed['@context'] as string[]), 'https://other.example'] }, [])).toBe(
      'CONTEXT_NOT_PINNED',
    );
    expect(await refusal(sealed, ['/credentialSubject/patient/__proto__'])).toBe('POINTER_UNKNOWN');
    // A value that was altered has a signature all the same, which does not fit.
    const altered = { ...sealed, credentialSubject: { ...subject, lotNumber: 'X' } };
    expect(short(await open(await disclose(altered, ['/credentialSubject/lotNumber'], trust())))).toEqual([
      'INVALID_SIGNATURE',
      'SIGNATURE_WRONG',
    ]);
  });

  it('is another one each time, and says the same', async () => {
    const again = (await format.seal(intent, sign)) as Document;
    const [a, b] = [readBase(sealed.proof.proofValue), readBase(again.proof.proofValue)];
    expect(a?.hmacKey).not.toEqual(b?.hmacKey);
    expect(a?.publicKey).not.toEqual(b?.publicKey);
    expect({ ...again, proof: null }).toEqual({ ...sealed, proof: null });
    expect(a?.mandatoryPointers).toEqual(['/issuer', '/validFrom', '/validUntil', '/credentialSubject/doseNumber']);
  });

  it('is signed once by the issuer, over 99 bytes', async () => {
    const asked: number[] = [];
    await format.seal(intent, (data) => {
      asked.push(data.length);
      return sign(data);
    });
    expect(asked).toEqual([32 + 35 + 32]);
  });
});
