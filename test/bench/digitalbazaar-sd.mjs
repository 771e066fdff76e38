// `@digitalbazaar/ecdsa-sd-2023-cryptosuite` as its users call it, on the same credentials and contexts, with a key of its own.
import { contexts } from '@digitalbazaar/credentials-context';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import { createDiscloseCryptosuite, createSignCryptosuite, createVerifyCryptosuite } from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import jsigs from 'jsonld-signatures';
import { unsignedCredential } from '../../core/dist/api/index.js';

const controller = 'did:web:health.example';
const keyPair = await EcdsaMultikey.generate({ curve: 'P-256', id: `${controller}#key-1`, controller });
const documents = new Map([
  ...contexts,
  [controller, { '@context': 'https://www.w3.org/ns/did/v1', id: controller, assertionMethod: [keyPair.id] }],
  [keyPair.id, await keyPair.export({ publicKey: true, includeContext: true })],
]);

async function documentLoader(url) {
  const document = documents.get(url);
  if (!document) throw new Error(`nothing is fetched: ${url}`);
  return { contextUrl: null, documentUrl: url, document, tag: 'static' };
}
const options = (cryptosuite, more = {}) => ({
  suite: new DataIntegrityProof({ cryptosuite, ...more }),
  purpose: new jsigs.purposes.AssertionProofPurpose(),
  documentLoader,
});
const mandatoryPointers = ['/issuer', '/validFrom', '/validUntil'];

export function issue({ newIntent }) {
  const intent = newIntent();
  documents.set(intent.type.url, intent.type.document);
  return jsigs.sign(unsignedCredential(intent), options(createSignCryptosuite({ mandatoryPointers }), { signer: keyPair.signer() }));
}

export const show = (credential, selectivePointers) =>
  jsigs.derive(structuredClone(credential), options(createDiscloseCryptosuite({ selectivePointers })));

export async function verify(credential) {
  const result = await jsigs.verify(structuredClone(credential), options(createVerifyCryptosuite()));
  if (!result.verified) throw result.error;
}
