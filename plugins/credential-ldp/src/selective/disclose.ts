import { contentHash, type Fault, isHouseContext, isObject, jsonSnapshot, listOf, Refusal, type Trust } from '@divoc/core/api';
import { areContextsKnown } from '../general/pinned-contexts.js';
import { type BaseValue, readBase, writeDerived } from './proof-value.js';
import { PointerUnknown, select } from './select.js';
import { type Statements, statementsOf } from './statements.js';

type Document = Readonly<Record<string, unknown>>;

/**
 * What its holder shows of a credential with a base proof (ecdsa-sd-2023): what must be shown, and what JSON Pointers name
 * besides; `''` names all of it. Needs no key and no network, and works in a browser.
 *
 * `trust`: the certificate types of the house. Throws a Refusal (422 DISCLOSURE_REFUSED) that says why, with the pointer that
 * leads nowhere. Whether the issuer's signature is sound is for whoever opens what comes out.
 */
export async function disclose(credential: unknown, pointers: readonly string[], trust: Pick<Trust, 'type'>): Promise<Document> {
  const snapshot = jsonSnapshot(credential);
  if (!isObject(snapshot)) throw refused('DOCUMENT_NOT_JSON', '', 'The credential is not plain JSON of a bounded size.');
  const { proof: proofs, ...document } = snapshot;
  const bases = listOf(proofs).filter((proof) => isObject(proof) && proof.cryptosuite === 'ecdsa-sd-2023') as readonly Document[];
  const [proof] = bases;
  const base = readBase(proof?.proofValue);
  if (!proof || !base || bases.length > 1)
    throw refused(
      'BASE_PROOF_MISSING',
      '/proof',
      'The credential has no base proof of ecdsa-sd-2023 from which anything could be derived.',
    );
  const types = typesOf(document['@context'], trust);
  try {
    return await derive(document, proof, base, await statementsOf(document, base.hmacKey, types), pointers);
  } catch (error) {
    if (error instanceof PointerUnknown) throw refused('POINTER_UNKNOWN', error.pointer, 'There is no such member in the credential.');
    throw refused('BASE_PROOF_UNFIT', '/proof', 'The base proof does not fit the credential: something was altered or taken away.');
  }
}

/** The document that shows what the pointers name, with its proof. Throws an Error when the base proof is not over these statements. */
export async function derive(
  document: Document,
  proof: Document,
  base: BaseValue,
  statements: Statements,
  pointers: readonly string[],
): Promise<Document> {
  const combined = [...base.mandatoryPointers, ...pointers];
  const mandatory = base.mandatoryPointers.length > 0 ? await statements.of(base.mandatoryPointers) : new Set<string>();
  const shown = await statements.of(combined);
  const optional = statements.lines.filter((line) => !mandatory.has(line));
  if (optional.length !== base.signatures.length) throw new Error('a statement has no signature');
  const lines = statements.lines.filter((line) => shown.has(line));
  const value = writeDerived({
    baseSignature: base.baseSignature,
    publicKey: base.publicKey,
    signatures: base.signatures.filter((_, at) => shown.has(optional[at] as string)),
    labels: await statements.labelsOf(combined),
    mandatoryIndexes: [...lines.keys()].filter((at) => mandatory.has(lines[at] as string)),
  });
  return { ...select(document, combined), proof: { ...proof, proofValue: value } };
}

function typesOf(contexts: unknown, trust: Pick<Trust, 'type'>): ReadonlyMap<string, object> {
  const [house, others] = [listOf(contexts).filter(isHouseContext), listOf(contexts).filter((context) => !isHouseContext(context))];
  if (!areContextsKnown(others)) throw refused('CONTEXT_NOT_PINNED', '/@context', 'A JSON-LD context of the credential is not known here.');
  const types = (house as readonly string[]).map((url) => [url, trust.type(url.slice(-43))] as const);
  const known = types.filter(([url, type]) => type && contentHash(type) === url.slice(-43)) as [string, object][];
  if (known.length < types.length)
    throw refused('CONTEXT_UNKNOWN', '/@context', 'The certificate type is not known here; add the trust file of its issuer.');
  return new Map(known);
}

function refused(code: string, pointer: string, detail: string): Refusal {
  const fault: Fault = { pointer, code, detail };
  return new Refusal(422, 'DISCLOSURE_REFUSED', detail, { errors: [fault] });
}
