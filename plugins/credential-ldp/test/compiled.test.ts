import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromMultibase } from '@divoc/core/api';
import { credentialFixture } from '@divoc/core/testkit';
import { describe, expect, it } from 'vitest';
import { canonicalForm } from '../src/compiled/canonical-form.js';
import { canonicalByLibrary, compilePlan, givesSameBytes } from '../src/compiled/compile-plan.js';
import { addCompiledProof, compiledProofHolds } from '../src/compiled/compiled-proof.js';
import * as web from '../src/compiled/crypto.js';
import * as node from '../src/compiled/crypto-node.js';
import type { NodePlan } from '../src/compiled/plan.js';
import { compileProofPlans, proofShapes } from '../src/compiled/proof-plans.js';
import { type NodeShape, shapeOf } from '../src/compiled/shape.js';
import { plansOf } from '../src/compiled/type-plans.js';
import { credentialSchema } from '../src/credential-schema.js';
import { addProof } from '../src/data-integrity.js';
import { pinnedLoader } from '../src/document-loader.js';
import { ldpFormat } from '../src/ldp-format.js';
import { typeProofHolds } from '../src/type-proof.js';
import { checkGenerated } from './compiled-check.js';
import { intent, issuerKey, testKey, type } from './fixture.js';
import { shapeWithStatus } from './generated.js';

const contexts = new Map([[type.url, type.document]]);
const library = (document: object) => canonicalByLibrary(document, contexts);
const { proof: _, ...credential } = ldpFormat.prepare(intent) as Record<string, unknown>;

const vectors = join(process.env.DIVOC_VECTORS ?? '../shared/vectors', 'w3c-di-eddsa');
const text = (name: string) => readFileSync(join(vectors, name), 'utf8');
const json = (name: string) => JSON.parse(text(name));
const EXAMPLES = 'https://www.w3.org/ns/credentials/examples/v2';
const examples = new Map([[EXAMPLES, { '@context': { '@vocab': 'https://www.w3.org/ns/credentials/examples#' } }]]);
/** The closed schema of a document as it is: texts may be others, `type` and `@context` may not. */
function schemaOf(value: unknown): object {
  if (typeof value === 'string') return { type: 'string' };
  const members = Object.entries(value as object);
  const properties = members.map(([name, member]) => [
    name,
    /^(type|@context|cryptosuite|proofPurpose)$/.test(name) ? { const: member } : schemaOf(member),
  ]);
  return {
    type: 'object',
    additionalProperties: false,
    required: members.map(([name]) => name),
    properties: Object.fromEntries(properties),
  };
}

describe('a compiled type', () => {
  it("gives the library's bytes for generated records of generated types", async () => {
    const { compiled, left } = await checkGenerated({ types: 6, documents: 25 });
    expect(compiled).toBeGreaterThan(left);
  });

  it.each([
    ['swaps two terms', swapped],
    ['forgets a datatype', (plan: NodePlan) => changed(plan, (tail) => tail.replace(/\^\^<[^>]*>/, ''))],
    ['takes a text for an IRI', (plan: NodePlan) => changed(plan, (tail) => tail.replace('"', '>'))],
  ])('is told from one that %s, and such a plan is thrown away', async (_, spoil) => {
    await expect(checkGenerated({ types: 1, documents: 30, spoil })).rejects.toThrow('compiled:');
    const shape = shapeWithStatus(type);
    const plan = (await compilePlan(shape, contexts)) as NodePlan;
    expect(await givesSameBytes(plan, shape, contexts)).toBe(true);
    expect(await givesSameBytes(spoil(plan), shape, contexts)).toBe(false);
  });

  it('leaves blank nodes that look alike to the library, and whatever its schema does not name', async () => {
    const shape = shapeWithStatus(type);
    const plan = (await compilePlan(shape, contexts)) as NodePlan;
    const entry = {
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: '1',
      statusListCredential: 'https://h.example/1',
    };
    const [twins, two] = [
      [entry, { ...entry }],
      [entry, { ...entry, statusListIndex: '2' }],
    ].map((credentialStatus) => ({ ...credential, credentialStatus }));
    for (const document of [twins!, { ...credential, name: 'x' }, { ...credential, validUntil: undefined }]) {
      expect(canonicalForm(plan, document, node.hexOf)).toBeUndefined();
    }
    expect(canonicalForm(plan, two!, node.hexOf)).toBe(await library(two!));
  });

  it('seals and opens what the library does, to the byte, whichever of them is used', async () => {
    const shapes = proofShapes(credentialSchema(type.document, type.url));
    const plans = shapes && (await compileProofPlans(shapes, contexts));
    const byLibrary = await addProof(credential, intent, issuerKey.sign, pinnedLoader(contexts));
    expect(JSON.stringify(await addCompiledProof(plans!, credential, intent, issuerKey.sign))).toBe(JSON.stringify(byLibrary));
    const key = { id: intent.verificationMethod, controller: intent.issuer, publicKeyMultibase: issuerKey.multibase };
    const altered = { ...byLibrary, validUntil: '2040-01-01T00:00:00Z' };
    // The first few are the library's, later ones compiled; and what is not covered is the library's again.
    for (let time = 0; time < 6; time += 1) {
      expect(await typeProofHolds({ type: type.document, url: type.url }, byLibrary, key)).toBe(true);
      expect(await typeProofHolds({ type: type.document, url: type.url }, altered, key)).toBe(false);
    }
    const named = await addProof({ ...credential, name: 'x' }, intent, issuerKey.sign, pinnedLoader(contexts));
    expect(await compiledProofHolds(plans!, named, key)).toBeUndefined();
    expect(await typeProofHolds({ type: type.document, url: type.url }, named, key)).toBe(true);
  });

  it.each([
    ['a language', { '@language': 'en', note: 'urn:x:note' }],
    ['a list', { note: { '@id': 'urn:x:note', '@container': '@list' } }],
    ['JSON', { note: { '@id': 'urn:x:note', '@type': '@json' } }],
    ['a type', { note: '@type' }],
    ['one IRI for two', { note: 'urn:x:other', other: 'urn:x:other' }],
    ['a graph', { note: 'urn:x:note', inner: { '@id': 'urn:x:inner', '@container': '@graph' } }],
    ['a prefix that IRIs begin with', { note: { '@id': 'urn:x:note', '@type': '@id' }, did: { '@id': 'urn:x:did#', '@prefix': true } }],
    ['nothing known', { note: null }],
  ])('is not made of contexts that make of a member %s', async (what, own) => {
    const note = { type: 'string' };
    const inner = { type: 'object', additionalProperties: false, properties: { text: note } };
    const compiled = (context: object, url: string) => {
      const properties = { '@context': { const: url }, note, other: note, inner };
      const shape = shapeOf({ type: 'object', additionalProperties: false, required: ['@context'], properties }) as NodeShape;
      return compilePlan(shape, new Map([[url, { '@context': context }]]));
    };
    const plain = { note: 'urn:x:note', other: 'urn:x:other', text: 'urn:x:text', inner: 'urn:x:inner' };
    // Contexts are kept by their URL.
    expect(await compiled(plain, 'https://h.example/plain')).toBeDefined();
    expect(await compiled({ ...plain, ...own }, `https://h.example/${encodeURIComponent(what)}`)).toBeUndefined();
  });
});

describe('hashes and signatures', () => {
  it('are the same in a browser as in Node.js', async () => {
    for (const value of ['', 'Bhāya 𝒳', 'x'.repeat(1000)]) {
      expect(web.hexOf(value)).toBe(node.hexOf(value));
      expect(Buffer.from(web.digestOf(value))).toEqual(Buffer.from(node.digestOf(value)));
    }
    const bytes = new Uint8Array(64).fill(3);
    const signature = await issuerKey.sign(bytes);
    for (const { isEd25519Signature } of [web, node]) {
      expect(await isEd25519Signature(issuerKey.multibase, bytes, signature)).toBe(true);
      expect(await isEd25519Signature(testKey(9).multibase, bytes, signature)).toBe(false);
      expect(await isEd25519Signature(issuerKey.multibase, new Uint8Array(64), signature)).toBe(false);
      expect(await isEd25519Signature('zDnaegE6RR3atJtHKwTRTWHsJ3kNHqFwv7n9YjTgmU7TyfU76', bytes, signature)).toBe(false);
      expect(await isEd25519Signature('z6Mk', bytes, signature)).toBe(false);
    }
  });
});

describe('the W3C vectors of eddsa-rdfc-2022, compiled', () => {
  it('are here', () => {
    expect(existsSync(vectors), `the test vectors are missing at ${vectors}; set DIVOC_VECTORS to their folder`).toBe(true);
  });

  it.each([
    ['unsigned.json', 'canonDocDataInt.txt'],
    ['eddsa-rdfc-2022/proofConfigDataInt.json', 'proofCanonDataInt.txt'],
  ])('%s', async (input, canonical) => {
    const document = json(input);
    const plan = await compilePlan(shapeOf(schemaOf(document)) as NodeShape, examples);
    expect(plan && canonicalForm(plan, document, node.hexOf)).toBe(text(`eddsa-rdfc-2022/${canonical}`));
  });

  it('are signed and verified byte for byte by the code that seals and opens', async () => {
    const signed = json('eddsa-rdfc-2022/signedDataInt.json');
    const plans = await compileProofPlans(proofShapes(schemaOf(signed))!, examples);
    const hashes: Uint8Array[] = [];
    const sign = async (data: Uint8Array) => {
      hashes.push(data);
      return fromMultibase(signed.proof.proofValue)!;
    };
    expect(await addCompiledProof(plans!, json('unsigned.json'), signed.proof, sign)).toEqual(signed);
    expect(Buffer.concat(hashes).toString('hex')).toBe(text('eddsa-rdfc-2022/combinedHashDataInt.txt').trim());
    expect(await compiledProofHolds(plans!, signed, json('keyPair.json'))).toBe(true);
    expect(await compiledProofHolds(plans!, { ...signed, name: 'Other' }, json('keyPair.json'))).toBe(false);
  });
});

/** Two members of one kind change places, in the innermost object that has them. */
function swapped(plan: NodePlan): NodePlan {
  const [a, b] = plan.entries.filter(({ kind }) => kind === 'text') as { name: string }[];
  const names = new Map([
    [a?.name, b?.name],
    [b?.name, a?.name],
  ]);
  return {
    ...plan,
    entries: plan.entries.map((entry) =>
      'name' in entry && names.get(entry.name) ? { ...entry, name: names.get(entry.name) as string } : entry,
    ),
  };
}

function changed(plan: NodePlan, change: (tail: string) => string): NodePlan {
  return { ...plan, entries: plan.entries.map((entry) => ('tail' in entry ? { ...entry, tail: change(entry.tail) } : entry)) };
}

it('is done beforehand for a type that is warmed up, and else after some certificates', async () => {
  const { type } = credentialFixture();
  const [cold, warm] = [structuredClone(type), structuredClone(type)];
  await ldpFormat.warmUp?.(warm);
  expect(await plansOf(cold.document, cold.url)).toBeUndefined();
  expect(await plansOf(warm.document, warm.url)).toMatchObject({ document: {}, proof: {} });
});
