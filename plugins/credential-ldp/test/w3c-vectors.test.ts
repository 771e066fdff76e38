import { createPrivateKey, sign as edSign } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readProofs } from '../src/general/data-proof.js';
import { proofsHold } from '../src/general/proofs-hold.js';
import { prove } from '../src/general/prove.js';
import { fromBase58btc } from './base58.js';

type Document = Readonly<Record<string, unknown>>;

const vectors = join(process.env.DIVOC_VECTORS ?? join(import.meta.dirname, '../../../../shared/vectors'), 'w3c-di-eddsa');
const read = (name: string) => JSON.parse(readFileSync(join(vectors, name), 'utf8'));
const text = (name: string) => readFileSync(join(vectors, name), 'utf8').trim();

function signerOf({ privateKeyMultibase }: { readonly privateKeyMultibase: string }, seen: string[] = []) {
  const seed = fromBase58btc(privateKeyMultibase.slice(1)).subarray(2);
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return async (data: Uint8Array) => {
    seen.push(Buffer.from(data).toString('hex'));
    return new Uint8Array(edSign(null, data, key));
  };
}

/** All vectors name did:keys, whose owners are not the issuer: only the proofs are asked here. */
function holds(document: Document): Promise<boolean> | boolean {
  const proofs = readProofs(document.proof, 'assertionMethod');
  const keys = proofs?.map(({ verificationMethod: id = '' }) => ({ id, controller: '', publicKeyMultibase: id.split('#')[1] ?? '' }));
  return proofs && keys ? proofsHold(document, proofs, keys) : false;
}

it('the test vectors are here', () => {
  expect(existsSync(vectors), `the test vectors are missing at ${vectors}; set DIVOC_VECTORS to their folder`).toBe(true);
});

describe('W3C Data Integrity EdDSA vectors over RDFC-1.0', () => {
  const single: [string, string, string, string, string][] = [
    ['eddsa-rdfc-2022', 'unsigned.json', 'proofConfigDataInt', 'combinedHashDataInt', 'signedDataInt'],
    ['eddsa-rdfc-2022/employ', 'employmentAuth.json', 'proofConfigDataInt', 'combinedHashDataInt', 'signedDataInt'],
    ['Ed25519Signature2020', 'unsigned.json', 'proofConfigEdSig', 'combinedHashEdSig', 'signedEdSig'],
  ];
  it.each(single)('%s: made byte for byte, and verified', async (folder, unsigned, config, combined, signed) => {
    const { '@context': context, ...options } = read(`${folder}/${config}.json`);
    const wanted = read(`${folder}/${signed}.json`);
    const hashes: string[] = [];
    const made = await prove({ ...read(unsigned), '@context': context }, options, signerOf(read('keyPair.json'), hashes));
    expect(hashes).toEqual([text(`${folder}/${combined}.txt`)]);
    expect(made).toEqual(wanted);
    expect(await holds(wanted)).toBe(true);
    expect(await holds({ ...wanted, proof: { ...wanted.proof, created: '2023-02-24T23:36:39Z' } })).toBe(false);
  });

  const { keyPair1, keyPair2, keyPair3, keyPair4 } = existsSync(vectors) ? read('proof-set-chain/multiKeyPairs.json') : ({} as never);
  const chain: [string, string, string, object][] = [
    ['unsigned', 'proofSetConfig1', 'signedProofSet1', keyPair1],
    ['signedProofSet1', 'proofSetConfig2', 'signedProofSet2', keyPair2],
    ['signedProofSet2', 'proofChainConfig1', 'signedProofChain1', keyPair3],
    ['signedProofChain1', 'proofChainConfig2', 'signedProofChain2', keyPair4],
  ];
  it.each(chain)('proof-set-chain: %s + %s = %s, byte for byte, and verified', async (before, config, after, pair) => {
    const { '@context': _, ...options } = read(`proof-set-chain/${config}.json`);
    const document = read(`proof-set-chain/${before}.json`);
    const wanted = read(`proof-set-chain/${after}.json`);
    const made = await prove(document, options, signerOf(pair as never));
    expect([made.proof as unknown[]].flat()).toEqual([wanted.proof].flat());
    expect(await holds(wanted)).toBe(true);
    expect(await holds({ ...wanted, name: 'Other' })).toBe(false);
  });

  it('fail when a proof that another one names is edited, exchanged or removed', async () => {
    const signed = read('proof-set-chain/signedProofChain2.json');
    const [first, second, third, fourth] = signed.proof;
    const holdsWith = (...proof: unknown[]) => holds({ ...signed, proof });
    expect(await holdsWith(first, second, third, fourth)).toBe(true);
    expect(await holdsWith(fourth, third, second, first)).toBe(true);
    expect(await holdsWith(first, third, fourth)).toBe(false);
    expect(await holdsWith(first, second, fourth)).toBe(false);
    expect(await holdsWith(first, second, { ...third, previousProof: first.id }, fourth)).toBe(false);
    expect(await holdsWith(first, { ...second, id: 'urn:uuid:8cc9022b-6b14-4cf3-8571-74972c5feb55' }, third, fourth)).toBe(false);
    // Made anew by its own key: it holds by itself, and what covered the old one does not.
    const { proofValue: _, ...config } = { ...second, created: '2023-02-25T00:00:00Z' };
    const { proof: __, ...unsecured } = signed;
    const remade = (await prove(unsecured, config, signerOf(keyPair2))).proof;
    expect(await holdsWith(first, remade)).toBe(true);
    expect(await holdsWith(first, remade, third, fourth)).toBe(false);
    // What nothing names may go: a chain says nothing of what comes after it.
    expect(await holdsWith(first, second, third)).toBe(true);
  });
});
