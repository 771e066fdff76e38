import type { Trust } from '@divoc/core/api';
import type { LdpCredential } from './credential-schema.js';
import type { ProofKey } from './data-integrity.js';
import type { ReasonCode } from './verdict.js';

/** The key that may have signed this credential, or the reason why there is none. */
export function trustedKey({ issuer, proof }: LdpCredential, trust: Trust): ProofKey | ReasonCode {
  const { verificationMethod } = proof;
  if (verificationMethod === undefined) return 'KEY_NOT_NAMED';
  if (!trust.issuer(issuer)) return 'ISSUER_UNKNOWN';
  const [controller, fragment] = verificationMethod.split('#') as [string, string];
  // Data Integrity leaves it to the application that the issuer controls the key; a trusted neighbour must not sign for it.
  if (controller !== issuer) return 'KEY_NOT_OF_ISSUER';
  const key = trust.key(verificationMethod);
  if (!key) return issuer === `did:key:${fragment}` ? { id: verificationMethod, controller, publicKeyMultibase: fragment } : 'KEY_UNKNOWN';
  if (key.id !== verificationMethod || key.controller !== issuer) return 'KEY_NOT_OF_ISSUER';
  if (key.expires !== undefined && !(Date.parse(proof.created) <= Date.parse(key.expires))) return 'KEY_EXPIRED';
  // Whoever stole a key also chooses the date of the proof, so a revoked key proves nothing of any date.
  if (key.revoked !== undefined) return 'KEY_REVOKED';
  return key;
}
