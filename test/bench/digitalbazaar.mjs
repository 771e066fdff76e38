// `@digitalbazaar/vc` as its users call it, on the same credentials, with the same contexts and key.
import { contexts } from '@digitalbazaar/credentials-context';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import { verificationMethod as id, issuer, newIntent, publicKey, publicKeyMultibase, seed, type } from './sealing.mjs';

const method = { '@context': 'https://w3id.org/security/multikey/v1', type: 'Multikey', id, controller: issuer, publicKeyMultibase };
// Multikey: a secret key is the header 0x8026, the seed and the public key.
const secretKeyMultibase = base58(Buffer.concat([Buffer.from([0x80, 0x26]), seed, publicKey]));
const keyPair = await Ed25519Multikey.from({ ...method, secretKeyMultibase });

const documents = new Map([
  ...contexts,
  [type.url, type.document],
  [issuer, { '@context': 'https://www.w3.org/ns/did/v1', id: issuer, assertionMethod: [id] }],
  [id, method],
]);

async function documentLoader(url) {
  const document = documents.get(url);
  if (!document) throw new Error(`nothing is fetched: ${url}`);
  return { contextUrl: null, documentUrl: url, document, tag: 'static' };
}

export function issue() {
  const { id, validFrom, subject } = newIntent();
  const credential = {
    '@context': ['https://www.w3.org/ns/credentials/v2', type.url],
    id,
    type: ['VerifiableCredential', type.name],
    issuer,
    validFrom,
    credentialSubject: subject,
  };
  const suite = new DataIntegrityProof({ signer: keyPair.signer(), cryptosuite });
  return vc.issue({ credential, suite, documentLoader });
}

export async function verify(credential) {
  const suite = new DataIntegrityProof({ cryptosuite });
  const result = await vc.verifyCredential({ credential, suite, documentLoader });
  if (!result.verified) throw result.error;
}

function base58(bytes) {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  let text = '';
  for (let value = BigInt(`0x${bytes.toString('hex')}`); value > 0n; value /= 58n) text = alphabet[Number(value % 58n)] + text;
  return `z${text}`;
}
