import { fromMultibase, multikeyOfJwk, type PublicJwk, type Sign } from '@divoc/core/api';
import { sha256 } from '@noble/hashes/sha2.js';
import { canonicalForm } from '#canonical-form';
import { type BaseValue, writeBase } from './proof-value.js';
import { type Statements, statementsOf } from './statements.js';

type Document = Readonly<Record<string, unknown>>;

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A base proof, and what it was made over: whoever has just made it need not read it again. */
export interface BaseProof {
  readonly proofValue: string;
  readonly base: BaseValue;
  readonly statements: Statements;
}

/**
 * The value of a base proof (https://www.w3.org/TR/vc-di-ecdsa/#base-proof-serialization-ecdsa-sd-2023): a signature over what
 * must be shown, and one by a key of the proof's own over each other statement.
 *
 * That key and the one that names blank nodes are drawn anew each time, and the private half is forgotten here: whoever could
 * work it out from the credential could sign statements of their own. `sign` is asked once.
 */
export async function makeBaseProof(
  document: Document,
  config: Document,
  mandatoryPointers: readonly string[],
  sign: Sign,
  types: ReadonlyMap<string, object>,
): Promise<BaseProof> {
  const hmacKey = crypto.getRandomValues(new Uint8Array(32));
  const statements = await statementsOf(document, hmacKey, types);
  const mandatory = mandatoryPointers.length > 0 ? await statements.of(mandatoryPointers) : new Set();
  const ES256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
  const own = await crypto.subtle.generateKey(ES256, true, ['sign', 'verify']);
  const jwk = (await crypto.subtle.exportKey('jwk', own.publicKey)) as PublicJwk;
  const publicKey = fromMultibase(multikeyOfJwk(jwk) as string) as Uint8Array;
  const others = statements.lines.filter((line) => !mandatory.has(line));
  const signatures = await Promise.all(
    others.map(async (line) => new Uint8Array(await crypto.subtle.sign(ES256, own.privateKey, bytesOf(`${line}\n`)))),
  );
  const shown = statements.lines.filter((line) => mandatory.has(line));
  const baseSignature = await sign(await baseBytes(document, config, publicKey, shown));
  const base = { baseSignature, publicKey, hmacKey, signatures, mandatoryPointers };
  return { proofValue: writeBase(base), base, statements };
}

/** What the issuer signs: hash of the proof's configuration, the proof's own key, hash of the statements that must be shown. */
export async function baseBytes(
  document: Document,
  config: Document,
  publicKey: Uint8Array,
  mandatory: readonly string[],
): Promise<Uint8Array> {
  const { proofValue: _, ...unsigned } = config;
  const form = await canonicalForm({ ...unsigned, '@context': document['@context'] }, 'SHA-256');
  const statements = mandatory.map((line) => `${line}\n`).join('');
  return Uint8Array.from([...sha256(bytesOf(form)), ...publicKey, ...sha256(bytesOf(statements))]);
}
