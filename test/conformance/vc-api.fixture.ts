import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import jsigs from 'jsonld-signatures';
import { afterAll, beforeAll } from 'vitest';
import { type StartedHouse, startHouse, testKey } from '../../core/testkit/index.js';
import apiVc from '../../plugins/api-vc/plugin.js';
import jcs from '../../plugins/credential-jcs/plugin.js';
import jose from '../../plugins/credential-jose/plugin.js';
import ldp from '../../plugins/credential-ldp/plugin.js';
import { pinnedLoader } from '../../plugins/credential-ldp/src/document-loader.js';
import { PINNED_CONTEXTS } from '../../plugins/credential-ldp/src/general/pinned-contexts.js';
import sdJwt from '../../plugins/credential-sd-jwt/plugin.js';

export type Document = Readonly<Record<string, unknown>>;
export interface Reply {
  readonly status: number;
  readonly body: Document & { readonly verifiableCredential: Document & { readonly proof: Document } };
}

export const V2 = 'https://www.w3.org/ns/credentials/v2';
export const EXAMPLES = 'https://www.w3.org/ns/credentials/examples/v2';

const roles = { issuer: ['credentials:issue'], checker: ['credentials:verify', 'presentations:verify'], officer: ['credentials:status'] };

/** A house with the interface, as a manifest would name it; for tests or not. */
export function vcHouse(settings: Document = {}) {
  let house: StartedHouse;
  beforeAll(async () => {
    house = await startHouse({
      manifest: {
        plugins: {
          staff: { use: 'auth-local', with: { roles } },
          ldp: { use: 'credential-ldp' },
          jcs: { use: 'credential-jcs' },
          jose: { use: 'credential-jose' },
          wallet: { use: 'credential-sd-jwt' },
          vc: { use: 'api-vc', with: settings },
        },
        services: {
          certificates: {
            with: { issuer: { did: 'did:web:health.example', publicUrl: 'https://health.example', name: { en: 'Ministry' } } },
          },
          verification: {},
        },
      },
      plugins: [ldp, jcs, jose, sdJwt, apiVc],
    });
  });
  afterAll(() => house?.stop());
  const call = async (method: string, path: string, body?: unknown, role?: string): Promise<Reply> => {
    const headers = { 'content-type': 'application/json', ...(role && { authorization: `Bearer ${await house.token(role)}` }) };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const reply = await fetch(`${house.address}/vc-api${path}`, { method, headers: body === undefined ? omit(headers) : headers, ...sent });
    return { status: reply.status, body: (await reply.json()) as Reply['body'] };
  };
  return {
    call,
    house: () => house,
    post: (path: string, body: unknown, role?: string) => call('POST', path, body, role),
    get: (path: string, role?: string) => call('GET', path, undefined, role),
  };
}

const omit = ({ 'content-type': _, ...others }: Record<string, string>) => others;

/** A holder or issuer with a did:key of its own, who signs with @digitalbazaar's libraries as the runners do. */
export function outsider(seed: number) {
  const { multibase, sign } = testKey(seed);
  const did = `did:key:${multibase}`;
  const id = `${did}#${multibase}`;
  const signer = { id, algorithm: 'Ed25519' as const, sign: ({ data }: { readonly data: Uint8Array }) => sign(data) };
  const signed = async (document: Document, purpose: object): Promise<Document> => {
    const suite = new DataIntegrityProof({ cryptosuite, signer, date: null });
    suite.proof = { created: '2026-11-01T00:00:00Z' };
    const documentLoader = pinnedLoader(PINNED_CONTEXTS);
    return jsigs.sign(structuredClone(document), { suite, purpose, documentLoader });
  };
  return {
    did,
    credential: (document: Document, request: Document = {}) =>
      signed({ issuer: did, ...document }, new Purpose('assertionMethod', request)),
    presentation: (document: Document, request: Document) => signed(document, new Purpose('authentication', request)),
  };
}

/** The library's own purposes ask for a challenge, or take none; this one does as it is told. */
class Purpose {
  readonly #members: Document;
  constructor(proofPurpose: string, request: Document) {
    this.#members = { proofPurpose, ...request };
  }
  async update(proof: Document): Promise<Document> {
    return { ...proof, ...this.#members };
  }
}
