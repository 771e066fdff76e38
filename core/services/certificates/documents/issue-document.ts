import { v7 as uuidv7 } from 'uuid';
import {
  type Clock,
  type CredentialFormat,
  type DocumentIssuer,
  type DocumentRequest,
  type DocumentSealer,
  type Documents,
  idOf,
  Refusal,
} from '../../../api/index.js';
import type { Audit, Signer, SignerKey, Storage } from '../../../internal/index.js';
import type { DocumentStore } from './document-store.js';

export interface DocumentIssuing {
  readonly did: string;
  readonly formats: Readonly<Record<string, CredentialFormat>>;
  readonly signer: Signer;
  readonly storage: Storage;
  readonly store: DocumentStore;
  readonly audit: Audit;
  readonly clock: Clock;
}

/** The port over the formats that seal others' credentials; the first that knows a suite has it. */
export function documentsOf(issuing: DocumentIssuing): Documents {
  const sealers = Object.values(issuing.formats).flatMap(({ documents }) => (documents ? [documents] : []));
  const suites = new Map(sealers.toReversed().flatMap((sealer) => Object.keys(sealer.suites).map((suite) => [suite, sealer] as const)));
  return {
    suites: [...suites.keys()],
    async issuer(issuer, suite) {
      const key = await keyFor(issuing, suites.get(suite), suite);
      return key && didOf(issuing, issuer, key);
    },
    issue: (request) => issue(issuing, request, suites.get(request.suite)),
  };
}

/**
 * Lint → record the intent → audit → sign → verify what was signed → store. Where the process ends in between, nobody has
 * been given anything, and whoever asks again gets a credential of its own: callers have no key by which it is the same.
 */
async function issue(issuing: DocumentIssuing, request: DocumentRequest, sealer: DocumentSealer | undefined) {
  const { storage, store, audit, clock, signer } = issuing;
  const key = await keyFor(issuing, sealer, request.suite);
  if (!key || !sealer) throw new Refusal(422, 'SUITE_UNAVAILABLE', 'No format here, or no key, signs with this cryptosuite.');
  const did = didOf(issuing, request.issuer, key);
  const intent = {
    document: withIssuer(request.credential, did),
    suite: request.suite,
    created: `${clock.now().toISOString().slice(0, 19)}Z`,
    verificationMethod: `${did}#${key.id}`,
    publicKeyMultibase: key.publicKeyMultibase,
  };
  const row = { id: uuidv7(), owner: request.owner, intent };
  let isRecorded = false;
  // The sealer lints before it asks for a signature: what is unfit leaves no trace, and what is signed was recorded before.
  const credential = await sealer.seal(intent, async (data) => {
    if (isRecorded) throw new Error('one intent is signed once');
    isRecorded = true;
    await storage.transaction(async (trx) => {
      await store.addIntent(trx, row);
      const detail = { suite: request.suite, key: key.id };
      await audit.append(trx, { actor: request.owner, action: 'document.intended', subject: row.id, detail });
    });
    return signer.sign(key.id, data);
  });
  await storage.transaction(async (trx) => {
    await store.addCredential(trx, row.id, credential, clock.now().toISOString());
    await audit.append(trx, { actor: request.owner, action: 'document.issued', subject: row.id, detail: { suite: request.suite } });
  });
  return credential;
}

/** The active key of the suite's own purpose, else that of certificates where it is of the right kind. */
async function keyFor({ signer }: DocumentIssuing, sealer: DocumentSealer | undefined, suite: string): Promise<SignerKey | undefined> {
  const needs = sealer?.suites[suite];
  if (!needs) return undefined;
  const fitting = (await signer.keys()).filter(({ active, algorithm }) => active && algorithm === needs.algorithm);
  return fitting.find(({ purpose }) => purpose === needs.purpose) ?? fitting.find(({ purpose }) => purpose === 'vc');
}

const didOf = ({ did }: DocumentIssuing, issuer: DocumentIssuer, key: SignerKey): string =>
  issuer === 'house' ? did : `did:key:${key.publicKeyMultibase}`;

/** Null is an issuer that was given, and none (`=== undefined`, never `??`). */
function withIssuer(credential: Readonly<Record<string, unknown>>, did: string): Readonly<Record<string, unknown>> {
  if (credential.issuer === undefined) return { ...credential, issuer: did };
  if (idOf(credential.issuer) === did) return credential;
  const fault = {
    pointer: '/issuer',
    code: 'ISSUER_NOT_OURS',
    detail: 'is not whom this house issues for',
    fix: `Send ${did}, or no issuer.`,
  };
  throw new Refusal(422, 'ISSUER_NOT_OURS', 'The credential names another issuer, or none that could be one.', { errors: [fault] });
}
