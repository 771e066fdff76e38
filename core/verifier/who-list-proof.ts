import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { byCodePoint, canonicalJson, fromBase64url, isInstant, isObject, listOf } from '../api/index.js';

/**
 * WHO's trust lists (GDHCN) are DID documents with a proof of the kind JsonWebSignature2020: RDF Dataset Canonicalization of proof and
 * document, and a detached JWS whose signature is DER, against RFC 7518. They have one shape, in which nothing but the proof is a blank
 * node, so that their canonical form is their statements, sorted. Whatever has another shape is not read as signed: a member that no
 * context knows would stand outside of the signature.
 */

type Json = Readonly<Record<string, unknown>>;

const SECURITY = 'https://w3id.org/security#';
const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
const XSD_DATE_TIME = 'http://www.w3.org/2001/XMLSchema#dateTime';
const CREATED = 'http://purl.org/dc/terms/created';
const CONTEXTS = ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/suites/jws-2020/v1'];
/** Of each environment: `v1.jsonld`, `v1-UAT.jsonld`, `v1-DEV.jsonld`; it gives codes their IRIs, which were others once. */
const CODES = /^https:\/\/(?:smart\.who\.int\/trust|worldhealthorganization\.github\.io\/smart-trust)\/tng-context\/v1(-[A-Z]+)?\.jsonld$/;
const CODE_BASES = ['https://smart.who.int/trust', 'https://worldhealthorganization.github.io/smart-trust'];
/** Members whose meaning the context of codes gives, and the value sets that their codes are of. */
const VALUE_SETS = { domain: 'Domains', participant: 'Participants', keyusage: 'KeyUsage' } as const;

/** A list's proof, apart from what is signed. */
export interface WhoListProof {
  /** RFC 3339. */
  readonly created: string;
  readonly signature: Uint8Array;
  /** What is signed, by each meaning that its context has had: the signature fits one of them. */
  readonly signed: readonly Uint8Array[];
}

export const isWhoListProof = (proof: unknown): boolean => isObject(proof) && proof.type === 'JsonWebSignature2020';

/** The proof of a list, or undefined of what has another shape. */
export function readWhoListProof(list: Json): WhoListProof | undefined {
  const { proof, ...document } = list;
  if (!isObject(proof) || typeof proof.jws !== 'string' || !isInstant(proof.created)) return undefined;
  const { jws, ...options } = proof;
  const [header = '', payload, encoded = '', ...more] = jws.split('.');
  const signature = fromBase64url(encoded);
  if (payload !== '' || more.length > 0 || !signature || !isDetached(header)) return undefined;
  const about = statementsOfProof(options);
  const signed = CODE_BASES.flatMap((base) => {
    const lines = statementsOf(document, base);
    return about && lines ? [Uint8Array.from([...bytes(`${header}.`), ...hashOf(about), ...hashOf(lines)])] : [];
  });
  return signed.length > 0 ? { created: proof.created, signature, signed } : undefined;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hashOf = (statements: readonly string[]): Uint8Array => sha256(bytes([...new Set(statements)].sort(byCodePoint).join('')));

/** True when this P-256 key (compressed) has signed. DER, as WHO signs, or r||s, as RFC 7518 has it. */
export function whoListProofHolds({ signature, signed }: WhoListProof, publicKey: Uint8Array): boolean {
  try {
    const format = signature.length === 64 ? 'compact' : 'der';
    return signed.some((one) => p256.verify(signature, one, publicKey, { format, lowS: false }));
  } catch {
    return false;
  }
}

function isDetached(header: string): boolean {
  try {
    const { alg, b64, crit, ...others } = JSON.parse(new TextDecoder().decode(fromBase64url(header) ?? new Uint8Array()));
    return alg === 'ES256' && b64 === false && canonicalJson(crit) === '["b64"]' && Object.keys(others).length === 0;
  } catch {
    return false;
  }
}

function statementsOfProof({ type, created, nonce, proofPurpose, verificationMethod, ...others }: Json): string[] | undefined {
  if (Object.keys(others).length > 0 || type !== 'JsonWebSignature2020' || proofPurpose !== 'assertionMethod') return undefined;
  if (!isIri(verificationMethod) || (nonce !== undefined && !isPlain(nonce))) return undefined;
  const say = (predicate: string, object: string) => `_:c14n0 <${predicate}> ${object} .\n`;
  return [
    say(CREATED, `${literal(String(created))}^^<${XSD_DATE_TIME}>`),
    say(`${RDF}type`, `<${SECURITY}JsonWebSignature2020>`),
    ...(nonce === undefined ? [] : [say(`${SECURITY}nonce`, literal(nonce))]),
    say(`${SECURITY}proofPurpose`, `<${SECURITY}assertionMethod>`),
    say(`${SECURITY}verificationMethod`, `<${verificationMethod}>`),
  ];
}

function statementsOf({ '@context': contexts, id, controller, verificationMethod, ...others }: Json, base: string): string[] | undefined {
  if (Object.keys(others).length > 0 || !isIri(id)) return undefined;
  const [did, suite, codes, ...more] = listOf(contexts);
  const environment = typeof codes === 'string' ? CODES.exec(codes) : undefined;
  if (did !== CONTEXTS[0] || suite !== CONTEXTS[1] || more.length > 0 || (codes !== undefined && !environment)) return undefined;
  const valueSets = environment ? `${base}/ValueSet-%${environment[1] ?? ''}.jsonld` : undefined;
  const lines = controllers(id, controller);
  for (const method of listOf(verificationMethod)) {
    const reference = isObject(method) ? method.id : method;
    const own = isObject(method) ? statementsOfMethod(method, valueSets) : [];
    if (!isIri(reference) || !own || !lines) return undefined;
    lines.push(statement(id, `${SECURITY}verificationMethod`, `<${reference}>`), ...own);
  }
  return lines;
}

function statementsOfMethod({ id, type, controller, publicKeyJwk, ...codes }: Json, valueSets: string | undefined): string[] | undefined {
  const lines = controllers(id, controller);
  if (!isIri(id) || type !== 'JsonWebKey2020' || !isObject(publicKeyJwk) || !lines) return undefined;
  lines.push(
    statement(id, `${RDF}type`, `<${SECURITY}JsonWebKey2020>`),
    statement(id, `${SECURITY}publicKeyJwk`, `${literal(canonicalJson(publicKeyJwk))}^^<${RDF}JSON>`),
  );
  for (const [name, value] of Object.entries(codes)) {
    const isKnown = valueSets !== undefined && Object.hasOwn(VALUE_SETS, name);
    const code = isObject(value) && Object.keys(value).length === 1 ? value.code : undefined;
    if (!isKnown || typeof code !== 'string' || !/^#[A-Za-z0-9_-]+$/.test(code)) return undefined;
    const set = valueSets.replace('%', VALUE_SETS[name as keyof typeof VALUE_SETS]);
    lines.push(statement(id, set, `<${set}${code}>`));
  }
  return lines;
}

function controllers(id: unknown, controller: unknown): string[] | undefined {
  const all = listOf(controller);
  return isIri(id) && all.every(isIri) ? all.map((one) => statement(id, `${SECURITY}controller`, `<${one}>`)) : undefined;
}

const statement = (subject: string, predicate: string, object: string): string => `<${subject}> <${predicate}> ${object} .\n`;

const isPlain = (value: unknown): value is string => typeof value === 'string' && /^[ -~]*$/.test(value);

/** Of those that need no escape in N-Quads. */
const isIri = (value: unknown): value is string => typeof value === 'string' && /^did:[a-z0-9]+:[!#-;=?-[\]_a-z~]+$/.test(value);

/** As canonical N-Quads write it (RDF Dataset Canonicalization, 5); no text here has other control characters than that one. */
const literal = (text: string): string => `"${text.replace(/["\\]/g, '\\$&').replaceAll('\u007f', '\\u007F')}"`;
