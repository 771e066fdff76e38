import { createHash, generateKeyPairSync, sign as nodeSign, verify as nodeVerify } from 'node:crypto';
// @ts-expect-error the package has no types
import { createVerifyCryptosuite } from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import { fromMultibase, multikeyOfJwk, type PublicJwk, toMultibase, trustOfKey, type Verdict } from '@divoc/core/api';
import { SEALED_AT } from '@divoc/core/testkit';
import { describe, expect, it } from 'vitest';
import { documents } from '../src/document-sealer.js';
import { reader } from '../src/reader.js';

type Document = Readonly<Record<string, unknown>>;

const { canonize } = createVerifyCryptosuite() as { canonize(value: unknown): Promise<string> };

/** The suite as its specification tells it, with Node's own ECDSA and another JCS. */
function outsider(curve: 'P-256' | 'P-384') {
  const hash = curve === 'P-256' ? 'sha256' : 'sha384';
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const multibase = multikeyOfJwk(publicKey.export({ format: 'jwk' }) as PublicJwk) as string;
  const did = `did:key:${multibase}`;
  const id = `${did}#${multibase}`;
  const digest = async (value: unknown) =>
    createHash(hash)
      .update(await canonize(value))
      .digest();
  const bytes = async (document: Document, config: Document) => Buffer.concat([await digest(config), await digest(document)]);
  const sign = async (data: Uint8Array) => new Uint8Array(nodeSign(hash, data, { key: privateKey, dsaEncoding: 'ieee-p1363' }));
  const config = {
    type: 'DataIntegrityProof',
    cryptosuite: 'ecdsa-jcs-2019',
    created: '2026-11-23T10:00:00Z',
    proofPurpose: 'assertionMethod',
  };
  const own = { ...config, verificationMethod: id };
  return {
    multibase,
    id,
    sign,
    document: {
      '@context': ['https://www.w3.org/ns/credentials/v2'],
      type: ['VerifiableCredential'],
      issuer: did,
      credentialSubject: { id: 'did:example:subject', own: [1, 'é', { member: null }] },
    },
    async signed(document: Document, changes: Document = {}): Promise<Document> {
      const proof = { ...own, ...changes };
      return { ...document, proof: { ...proof, proofValue: toMultibase(await sign(await bytes(document, proof))) } };
    },
    async verifies({ proof, ...document }: Document): Promise<boolean> {
      const { proofValue, ...given } = proof as Document;
      const signature = fromMultibase(String(proofValue)) as Uint8Array;
      return nodeVerify(hash, await bytes(document, given), { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
    },
    open: (document: unknown) => reader.open(document, trustOfKey({ id, controller: did, publicKeyMultibase: multibase }), SEALED_AT),
  };
}
const short = ({ status, reasons }: Verdict) => [status, reasons[0]?.code];

describe.each(['P-256', 'P-384'] as const)('ecdsa-jcs-2019 with %s', (curve) => {
  const other = outsider(curve);
  const { document } = other;

  it('is read as others write it, and no longer when anything is altered', async () => {
    const signed = await other.signed(document);
    expect((await other.open(signed)).status).toBe('VERIFIED');
    const proof = signed.proof as Document;
    const altered: Document[] = [
      { ...signed, name: 'x' },
      { ...signed, credentialSubject: { ...document.credentialSubject, own: ['é', 1, { member: null }] } },
      { ...signed, proof: { ...proof, created: '2026-11-23T10:00:01Z' } },
    ];
    for (const one of altered) expect(short(await other.open(one))).toEqual(['INVALID_SIGNATURE', 'SIGNATURE_WRONG']);
    const ed = { ...signed, proof: { ...proof, cryptosuite: 'eddsa-jcs-2022' } };
    expect(short(await other.open(ed))).toEqual(['INVALID_SIGNATURE', 'SIGNATURE_WRONG']);
    // The right key and the right bytes under the wrong name of the suite.
    expect((await other.open(await other.signed(document, { cryptosuite: 'eddsa-jcs-2022' }))).status).toBe('INVALID_SIGNATURE');
    expect((await other.open(await other.signed(document, { cryptosuite: 'ecdsa-jcs-2023' }))).status).toBe('NOT_SUPPORTED');
  });

  it('is written as others read it', async () => {
    const wanted = { document, suite: 'ecdsa-jcs-2019', created: '2026-11-23T10:00:00Z', verificationMethod: other.id };
    const sealed = await documents.seal({ ...wanted, publicKeyMultibase: other.multibase }, other.sign);
    expect(await other.verifies(sealed)).toBe(true);
    expect(await other.verifies({ ...sealed, name: 'x' })).toBe(false);
    const unfit = documents.seal({ ...wanted, suite: 'eddsa-jcs-2022', publicKeyMultibase: other.multibase }, other.sign);
    await expect(unfit).rejects.toMatchObject({ errors: [{ code: 'KEY_UNKNOWN' }] });
  });
});
