import {
  endOfKey,
  type FormatReader,
  isObject,
  jsonSnapshot,
  outsideValidity,
  refusedVerdict,
  type Trust,
  type TrustedKey,
  type Verdict,
  verifiedVerdict,
  withUnprotected,
} from '@divoc/core/api';
import { candidateKeys } from './candidate-keys.js';
import { signatureOf, signedBytes } from './detached-jws.js';
import { ALGORITHMS, type DivocDocument, readDocument, recognises } from './divoc-document.js';
import { isImplausible } from './plausibility.js';
import { type Claims, protectedClaims } from './protected-claims.js';
import { hasSigned } from './public-keys.js';
import { optionStatements, type Reading, statementsOf } from './statements.js';
import { unprotectedPlaces } from './unprotected.js';

/** Reads certificates of DIVOC 1 to 3; in a browser as well. */
export const reader: FormatReader = { recognises, open };

/** Format → key → signature → rules; the first that fails gives the verdict. */
async function open(input: unknown, trust: Trust, at: Date): Promise<Verdict> {
  const snapshot = jsonSnapshot(input);
  if (snapshot === undefined) return refusedVerdict('DOCUMENT_NOT_JSON');
  const document = readDocument(snapshot);
  if (typeof document === 'string') return refusedVerdict(document);
  const signature = signatureOf(document.proof);
  if (!signature) return refusedVerdict('SHAPE_NOT_EXACT');
  // What JSON-LD forbids, or takes too long to put in order, was never signed.
  return judged(document, signature, trust, at).catch(() => refusedVerdict('SHAPE_NOT_EXACT'));
}

/** The verdict of the first reading that a trusted key has signed. */
async function judged(document: DivocDocument, signature: Uint8Array, trust: Trust, at: Date): Promise<Verdict> {
  const { credential, proof } = document;
  const { jws: _, ...options } = proof;
  const algorithm = ALGORITHMS[proof.type];
  const proofStatements = await optionStatements(options);
  const tried = new Set<string>();
  for (const reading of readingsOf(document)) {
    const statements = await statementsOf(credential, reading);
    const claims = tried.has(statements) ? undefined : protectedClaims(statements);
    tried.add(statements);
    if (!claims) continue;
    const maker = { issuer: idOf(claims.issuer), verificationMethod: proof.verificationMethod ?? '' };
    const keys = candidateKeys(maker, algorithm, trust);
    if (typeof keys === 'string') return refusedVerdict(keys);
    const bytes = signedBytes(algorithm, proofStatements, statements);
    const signer = await firstOf(keys, (key) => hasSigned(key, algorithm, signature, bytes));
    if (signer) return verdictOf(document, claims, signer, at);
  }
  return refusedVerdict('SIGNATURE_WRONG');
}

/**
 * The ways in which DIVOC and its countries read this document when they signed it: some published version 2 of the
 * vocabulary under the name of version 1, and the oldest library took ids with spaces for absolute.
 */
function readingsOf({ credential, version }: DivocDocument): Reading[] {
  const versions = version === 'v1' ? (['v1', 'v2'] as const) : (['v2'] as const);
  const spaces = hasIdWithSpace(credential) ? [false, true] : [false];
  return spaces.flatMap((idsMayHaveSpaces) => versions.map((each) => ({ version: each, idsMayHaveSpaces })));
}

function hasIdWithSpace(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasIdWithSpace);
  if (!isObject(value)) return false;
  return (typeof value.id === 'string' && /:.*\s|\s.*:/.test(value.id)) || Object.values(value).some(hasIdWithSpace);
}

function verdictOf({ credential, proof }: DivocDocument, claims: Claims, signer: TrustedKey, at: Date): Verdict {
  const ended = endOfKey(signer, proof.created, at);
  if (ended) return refusedVerdict(ended);
  const outside = outsideValidity(validityOf(claims), at) ?? (isImplausible(credential) ? 'FIELDS_IMPLAUSIBLE' : undefined);
  const verdict = outside ? refusedVerdict(outside, claims) : verifiedVerdict(claims);
  const isSubjectProtected = isObject(claims.credentialSubject) || Array.isArray(claims.credentialSubject);
  return withUnprotected(verdict, unprotectedPlaces(credential, claims), isSubjectProtected ? undefined : 'SUBJECT_NOT_PROTECTED');
}

/** VC 1.1 names what VC 2.0 calls `validFrom` and `validUntil`. The dates of the dose itself are not protected. */
const validityOf = ({ issuanceDate, expirationDate }: Claims) => ({ validFrom: textOf(issuanceDate), validUntil: textOf(expirationDate) });

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const idOf = (value: unknown): string | undefined => textOf(isObject(value) ? value.id : value);

async function firstOf<T>(values: readonly T[], holds: (value: T) => Promise<boolean>): Promise<T | undefined> {
  for (const value of values) if (await holds(value).catch(() => false)) return value;
  return undefined;
}
