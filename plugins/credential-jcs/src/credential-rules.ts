import { brokenCredentialRule, canonicalJson, isHouseContext, isInstant, listOf } from '@divoc/core/api';
import { type Proof, readProofs } from './data-integrity.js';

/** A credential that keeps the rules; its other members are as its issuer signed them. */
export interface JcsCredential {
  readonly '@context': readonly unknown[];
  readonly type: string | readonly string[];
  readonly issuer: string | { readonly id: string };
  readonly validFrom?: string;
  readonly validUntil?: string;
  readonly credentialSubject: unknown;
  readonly proof: Proof | readonly Proof[];
}

/**
 * The JSON Pointer of the first member that breaks a rule of its data model or of its proofs, or undefined when all are kept.
 *
 * Members of other names are the issuer's own: the signature covers them as they are written, so that none can be added or
 * renamed.
 */
export function brokenRule(document: Readonly<Record<string, unknown>>): string | undefined {
  const broken = brokenCredentialRule(document);
  if (broken !== undefined) return broken;
  // Certificates of the house are written in one way only.
  if (listOf(document['@context']).some(isHouseContext) && Array.isArray(document.proof)) return '/proof';
  const proofs = readProofs(document.proof);
  return proofs?.every((proof) => isProofOf(proof, document, 'assertionMethod')) ? undefined : '/proof';
}

/**
 * Stricter than the suite, which lets contexts follow those that were signed: whoever reads JSON-LD would take a
 * credential with one more context for something else.
 */
export function isProofOf(proof: Proof, document: Readonly<Record<string, unknown>>, purpose: string): boolean {
  const { created, expires } = proof;
  if (proof.proofPurpose !== purpose || (isInstant(created) && isInstant(expires) && Date.parse(created) > Date.parse(expires)))
    return false;
  const context = proof['@context'];
  return context === undefined || canonicalJson(context) === canonicalJson(document['@context']);
}
