import type { Knex } from 'knex';
import { v7 as uuidv7 } from 'uuid';
import {
  type CredentialFormat,
  type DocumentIntent,
  type DocumentIssuer,
  type DocumentRequest,
  type DocumentSealer,
  type Documents,
  idOf,
  Refusal,
} from '../../../api/index.js';
import type { Signer, SignerKey } from '../../../internal/index.js';
import { changeDocumentStatus, type DocumentStatuses } from './change-document-status.js';
import type { DocumentRow } from './document-store.js';
import { type Placing, placed } from './place-document.js';

export interface DocumentIssuing extends DocumentStatuses, Placing {
  readonly did: string;
  readonly formats: Readonly<Record<string, CredentialFormat>>;
  readonly signer: Signer;
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
    disclose: (credential, pointers) => disclose(issuing, credential, pointers),
    changeStatus: (change) => changeDocumentStatus(issuing, change),
  };
}

/**
 * Lint → record the intent → audit → sign → verify what was signed → store. Where the process ends in between, nobody has
 * been given anything, and whoever asks again gets a credential of its own: callers have no key by which it is the same.
 */
async function issue(issuing: DocumentIssuing, request: DocumentRequest, sealer: DocumentSealer | undefined) {
  const { storage, store, audit, clock, log, signer } = issuing;
  const key = await keyFor(issuing, sealer, request.suite);
  if (!key || !sealer) throw new Refusal(422, 'SUITE_UNAVAILABLE', 'No format here, or no key, signs with this cryptosuite.');
  const did = didOf(issuing, request.issuer, key);
  const id = uuidv7();
  const wanted: DocumentIntent = {
    document: withIssuer(request.credential, did),
    suite: request.suite,
    created: `${clock.now().toISOString().slice(0, 19)}Z`,
    verificationMethod: `${did}#${key.id}`,
    publicKeyMultibase: key.publicKeyMultibase,
    ...(request.mandatoryPointers && { mandatoryPointers: request.mandatoryPointers }),
  };
  const record = (trx: Knex.Transaction, row: Omit<DocumentRow, 'id' | 'owner'>) =>
    recordIntent(issuing, trx, { ...row, id, owner: request.owner }, key);
  const intent = request.withStatus ? await placed(issuing, sealer, { id, intent: wanted, record, request }) : wanted;
  if (request.withStatus) log.debug({ stage: 'document.intended', document: id }, 'intent and place recorded');
  let isSigned = false;
  // The sealer lints before it asks for a signature: what is unfit leaves no trace, and what is signed was recorded before.
  const credential = await sealer.seal(intent, async (data) => {
    if (isSigned) throw new Error('one intent is signed once');
    isSigned = true;
    if (!request.withStatus) await storage.transaction((trx) => record(trx, { intent }));
    return signer.sign(key.id, data);
  });
  log.debug({ stage: 'document.sealed', document: id }, 'sealed');
  await storage.transaction(async (trx) => {
    await store.addCredential(trx, id, credential, clock.now().toISOString());
    await audit.append(trx, { actor: request.owner, action: 'document.issued', subject: id, detail: { suite: request.suite } });
    log.debug({ stage: 'document.storing', document: id }, 'storing');
  });
  log.debug({ stage: 'document.stored', document: id }, 'stored');
  return credential;
}

/** Certificates of the house are derived from where their type is known: by their holder. */
const NO_TYPES = { type: () => undefined };

async function disclose({ formats }: DocumentIssuing, credential: unknown, pointers: readonly string[]) {
  const format = Object.values(formats).find((one) => one.disclose && one.recognises(credential));
  if (!format?.disclose) throw new Refusal(422, 'DISCLOSURE_REFUSED', 'No format here can derive anything from this credential.');
  return (await format.disclose(credential, pointers, NO_TYPES)) as Readonly<Record<string, unknown>>;
}

async function recordIntent(
  { store, audit, log }: DocumentIssuing,
  trx: Knex.Transaction,
  row: DocumentRow,
  key: SignerKey,
): Promise<void> {
  await store.addIntent(trx, row);
  const detail = { suite: row.intent.suite, key: key.id };
  await audit.append(trx, { actor: row.owner, action: 'document.intended', subject: row.id, detail });
  log.debug({ stage: 'document.intending', document: row.id }, 'recording the intent');
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
