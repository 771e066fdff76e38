import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canonicalForm } from '../src/compiled/canonical-form.js';
import { compiledCanonizer, libraryCanonizer } from '../src/compiled/canonizer.js';
import { compilePlan, givesSameBytes } from '../src/compiled/compile-plan.js';
import type { NodePlan } from '../src/compiled/plan.js';
import { hexOf } from '../src/compiled/sha256.js';
import { type NodeShape, shapeOf } from '../src/compiled/shape.js';
import { credentialShapes } from '../src/compiled/type-canonizer.js';
import { addProof, proofHolds } from '../src/data-integrity.js';
import { ldpFormat } from '../src/ldp-format.js';
import { checkGenerated } from './compiled-check.js';
import { intent, type } from './fixture.js';
import { shapeWithStatus } from './generated.js';

const contexts = new Map([[type.url, type.document]]);
const library = libraryCanonizer(contexts);
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
    const { compiled, left } = await checkGenerated({ types: 8, documents: 25 });
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
    const canonize = async (document: object) => library(document as Record<string, unknown>);
    expect(await givesSameBytes(plan, shape, canonize)).toBe(true);
    expect(await givesSameBytes(spoil(plan), shape, canonize)).toBe(false);
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
    const canonize = await compiledCanonizer([shape], contexts);
    const [twins, two] = [
      [entry, { ...entry }],
      [entry, { ...entry, statusListIndex: '2' }],
    ].map((credentialStatus) => ({ ...credential, credentialStatus }));
    for (const document of [twins!, { ...credential, name: 'x' }, { ...credential, validUntil: undefined }]) {
      expect(canonicalForm(plan, document, hexOf)).toBeUndefined();
      expect(await canonize(document)).toBe(await library(document));
    }
    expect(canonicalForm(plan, two!, hexOf)).toBe(await library(two!));
  });

  it('is asked first for credentials and proofs of the house', async () => {
    const [document, proof] = credentialShapes(type.document, type.url);
    expect(await compilePlan(document!, contexts)).toBeDefined();
    expect(await compilePlan(proof!, contexts)).toBeDefined();
    const canonize = await compiledCanonizer([document!, proof!], contexts);
    expect(canonize(credential)).toBe(await library(credential));
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
    expect(plan && canonicalForm(plan, document, hexOf)).toBe(text(`eddsa-rdfc-2022/${canonical}`));
  });

  it('are signed byte for byte by the code that seals', async () => {
    const signed = json('eddsa-rdfc-2022/signedDataInt.json');
    const shapes = ['unsigned.json', 'eddsa-rdfc-2022/proofConfigDataInt.json'].map((name) => shapeOf(schemaOf(json(name))) as NodeShape);
    const canonize = await compiledCanonizer(shapes, examples);
    expect(canonize(json('unsigned.json'))).toBe(text('eddsa-rdfc-2022/canonDocDataInt.txt'));
    const hashes: Uint8Array[] = [];
    const sign = async (data: Uint8Array) => {
      hashes.push(data);
      return new Uint8Array(64);
    };
    await addProof(json('unsigned.json'), signed.proof, sign, canonize);
    expect(Buffer.concat(hashes).toString('hex')).toBe(text('eddsa-rdfc-2022/combinedHashDataInt.txt').trim());
    expect(await proofHolds(signed, json('keyPair.json'), canonize)).toBe(true);
    expect(await proofHolds({ ...signed, name: 'Other' }, json('keyPair.json'), canonize)).toBe(false);
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
