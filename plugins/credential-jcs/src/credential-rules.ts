import { canonicalJson, VC_CONTEXT } from '@divoc/core/api';
import { type Proof, readProof } from './data-integrity.js';
import { isInstant, isObject, isText, isUrl } from './member-forms.js';

/** A credential that keeps the rules; its other members are as its issuer signed them. */
export interface JcsCredential {
  readonly '@context': readonly unknown[];
  readonly type: readonly string[];
  readonly issuer: string | { readonly id: string };
  readonly validFrom?: string;
  readonly validUntil?: string;
  readonly credentialSubject: unknown;
  readonly proof: Proof;
}

type Rule = (value: unknown, document: Readonly<Record<string, unknown>>) => boolean;

/** Members of which there may be several, each an object that says what it is. */
const TYPED = ['credentialStatus', 'credentialSchema', 'termsOfUse', 'evidence', 'refreshService', 'renderMethod', 'confidenceMethod'];

/**
 * The rules of https://www.w3.org/TR/vc-data-model-2.0/ that can be told without JSON-LD. Members of other names are the
 * issuer's own: the signature covers them as they are written, so that none can be added or renamed.
 */
const RULES: Readonly<Record<string, Rule>> = {
  '@context': (value) => Array.isArray(value) && value[0] === VC_CONTEXT && value.every((entry) => isText(entry) || isObject(entry)),
  id: optional(isUrl),
  type: (value) => Array.isArray(value) && value.every(isText) && value.includes('VerifiableCredential'),
  issuer: (value) => isUrl(value) || (isObject(value) && isUrl(value.id)),
  validFrom: optional(isInstant),
  validUntil: optional((value, { validFrom }) => isInstant(value) && !isAfter(validFrom, value)),
  credentialSubject: (value) => oneOrMore(value, (entry) => isObject(entry) && Object.keys(entry).length > 0),
  ...Object.fromEntries(TYPED.map((name) => [name, optional((value) => oneOrMore(value, isTyped))])),
  proof: (value, document) => isProofOf(readProof(value), document),
};

/** The JSON Pointer of the first member that breaks a rule, or undefined when all are kept. */
export function brokenRule(document: Readonly<Record<string, unknown>>): string | undefined {
  const broken = Object.entries(RULES).find(([name, rule]) => !rule(document[name], document));
  return broken && `/${broken[0]}`;
}

export const issuerOf = ({ issuer }: JcsCredential): string => (typeof issuer === 'string' ? issuer : issuer.id);

/**
 * Stricter than the suite, which lets contexts follow those that were signed: whoever reads JSON-LD would take a
 * credential with one more context for something else.
 */
function isProofOf(proof: Proof | undefined, document: Readonly<Record<string, unknown>>): boolean {
  if (proof?.proofPurpose !== 'assertionMethod' || isAfter(proof.created, proof.expires)) return false;
  const context = proof['@context'];
  return context === undefined || canonicalJson(context) === canonicalJson(document['@context']);
}

function optional(rule: Rule): Rule {
  return (value, document) => value === undefined || rule(value, document);
}

const oneOrMore = (value: unknown, rule: (entry: unknown) => boolean): boolean =>
  Array.isArray(value) ? value.length > 0 && value.every(rule) : rule(value);

const isTyped = (value: unknown): boolean => isObject(value) && oneOrMore(value.type, isText);

const isAfter = (a: unknown, b: unknown): boolean => isInstant(a) && isInstant(b) && Date.parse(a) > Date.parse(b);
