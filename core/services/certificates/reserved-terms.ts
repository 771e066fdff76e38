/**
 * Names that a record's own members may not have.
 *
 * They are the terms of the VC 2.0 context (https://www.w3.org/ns/credentials/v2), at its top and in its scopes:
 * all of them are protected, so a context that gives one another meaning cannot be processed (JSON-LD 1.1, 4.1.11).
 * Members of a member (`patient.name`) have a scope of their own, where only `id` and `type` are taken.
 * A test compares this list with the context itself.
 */
export const RESERVED_TERMS: ReadonlySet<string> = new Set(
  `id type description digestMultibase digestSRI mediaType name confidenceMethod credentialSchema credentialStatus
  credentialSubject evidence issuer proof refreshService relatedResource renderMethod termsOfUse validFrom validUntil holder
  verifiableCredential jsonSchema encodedList statusPurpose ttl statusListCredential statusListIndex statusMessage message
  status statusReference statusSize challenge created cryptosuite domain expires nonce previousProof proofPurpose
  assertionMethod authentication capabilityDelegation capabilityInvocation keyAgreement proofValue verificationMethod
  aud cnf kid jwk exp iat iss jku nbf sub x5u`.split(/\s+/),
);

/** Aliases of JSON-LD keywords, taken at every depth. */
export const KEYWORD_ALIASES: ReadonlySet<string> = new Set(['id', 'type']);
