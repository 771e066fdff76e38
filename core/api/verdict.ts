import type { Answer, Verdict, VerdictStatus } from './ports/credential-format.js';

/** The reasons that credential formats give: the word of the verdict, the answer that fails, and what to tell people. */
const REASONS = {
  DOCUMENT_NOT_JSON: ['INVALID_ENCODING', 'encoding', 'The document is not plain JSON of a bounded size.'],
  DOCUMENT_NOT_CREDENTIAL: ['NOT_SUPPORTED', 'format', 'The document is not a Verifiable Credential 2.0 with a proof.'],
  CONTEXT_NOT_EXACT: ['NOT_SUPPORTED', 'format', 'The list of contexts is not exactly the one that certificates are issued with.'],
  CONTEXT_UNKNOWN: ['NOT_SUPPORTED', 'format', 'The certificate type is not known here; add the trust file of its issuer.'],
  CONTEXT_ALTERED: [
    'NOT_SUPPORTED',
    'format',
    'The stored certificate type does not match the hash in its name; add the trust file of its issuer again.',
  ],
  SHAPE_NOT_EXACT: ['INVALID_SIGNING_FORMAT', 'format', 'The credential is not written exactly as certificates of its type are issued.'],
  RULES_OF_VC: [
    'INVALID_SIGNING_FORMAT',
    'format',
    'The document breaks the rules of Verifiable Credentials 2.0, or its proof is malformed.',
  ],
  CONTEXT_NOT_PINNED: [
    'NOT_SUPPORTED',
    'format',
    'A JSON-LD context of the document is not known here, or gives terms other names; contexts are never fetched.',
  ],
  NAMES_NOT_PLAIN: [
    'INVALID_SIGNING_FORMAT',
    'format',
    'The document names members by IRIs or JSON-LD keywords, so that its JSON does not show what is signed.',
  ],
  TERMS_NOT_DEFINED: [
    'INVALID_SIGNING_FORMAT',
    'format',
    'The document has no canonical form: a term is not defined by its contexts, or the graph is too complex.',
  ],
  RESOURCE_ALTERED: [
    'INVALID_SIGNING_FORMAT',
    'format',
    'A digest that the credential gives does not fit the resource that is known here.',
  ],
  PROOF_FOR_HOLDER: [
    'INVALID_SIGNING_FORMAT',
    'format',
    'The proof is for the holder alone, who chooses what to show: ask them for a credential that is derived from this one.',
  ],
  KEY_NOT_NAMED: ['KID_NOT_INCLUDED', 'key', 'The proof does not name its key.'],
  ISSUER_UNKNOWN: ['ISSUER_NOT_TRUSTED', 'key', 'The issuer is not among those trusted here.'],
  KEY_UNKNOWN: ['ISSUER_NOT_TRUSTED', 'key', 'The issuer is trusted, but has not published this key.'],
  KEY_NOT_OF_ISSUER: ['ISSUER_NOT_TRUSTED', 'key', 'The key does not belong to the issuer that the credential names.'],
  KEY_NOT_OF_HOLDER: ['ISSUER_NOT_TRUSTED', 'key', 'The presentation is not signed by its holder, with a key that names itself (did:key).'],
  KEY_EXPIRED: ['EXPIRED_KEYS', 'key', 'The key had expired before the proof was made.'],
  KEY_REVOKED: ['REVOKED_KEYS', 'key', 'The issuer has revoked the key.'],
  SIGNATURE_WRONG: [
    'INVALID_SIGNATURE',
    'signature',
    'The signature does not fit the content: it was altered, or signed by somebody else.',
  ],
  REQUEST_NOT_MET: [
    'RULE_FAILED',
    'rules',
    'The proof was not made for this request: its challenge, its domain or its purpose is another.',
  ],
  NOT_YET_VALID: ['NOT_YET_VALID', 'rules', 'The certificate is not valid yet.'],
  EXPIRED: ['EXPIRED', 'rules', 'The certificate is no longer valid.'],
  PROOF_EXPIRED: ['EXPIRED', 'rules', 'The proof has an end of its own, which has passed.'],
  FIELDS_IMPLAUSIBLE: [
    'RULE_FAILED',
    'rules',
    'Values that the signature does not protect contradict each other: they may have changed places. Ask the issuer.',
  ],
  HCERT_PREFIX_MISSING: ['NOT_SUPPORTED', 'format', 'The text is no health certificate: it does not begin with HC1:.'],
  HCERT_BASE45_WRONG: ['INVALID_ENCODING', 'encoding', 'What follows HC1: is not Base45.'],
  HCERT_ZLIB_WRONG: ['INVALID_COMPRESSION', 'encoding', 'What follows HC1: is not compressed with zlib, is damaged, or is too large.'],
  COSE_MALFORMED: [
    'INVALID_SIGNING_FORMAT',
    'format',
    'The certificate is not written as COSE_Sign1, the form in which it should be signed.',
  ],
  CWT_MALFORMED: ['INVALID_SIGNING_FORMAT', 'format', 'What is signed is not a CBOR Web Token with a health certificate.'],
  HCERT_CONTENT_UNKNOWN: ['NOT_SUPPORTED', 'format', 'The health certificate is of no kind that is known here.'],
  ALGORITHM_UNKNOWN: ['INVALID_SIGNING_FORMAT', 'format', 'The signature is of an algorithm that such certificates are not signed with.'],
  KEY_ID_UNKNOWN: ['ISSUER_NOT_TRUSTED', 'key', 'Nobody who is trusted here has published a key of this id.'],
  KEY_USAGE_WRONG: ['ISSUER_NOT_TRUSTED', 'key', "The key's X.509 certificate does not allow it to sign certificates of this kind."],
  KEY_CERTIFICATE_OUTSIDE: ['EXPIRED_KEYS', 'key', "The certificate was not issued while the key's X.509 certificate was valid."],
  KEY_CERTIFICATE_ENDED: ['EXPIRED', 'rules', 'The X.509 certificate of the key has ended, and with it what the key has signed.'],
  HCERT_ENTRIES_WRONG: ['RULE_FAILED', 'rules', 'A certificate holds exactly one vaccination, test or recovery; this one does not.'],
  ICVP_INCOMPLETE: ['RULE_FAILED', 'rules', 'Batch, date, product, or clinician and issuer of the vaccination are missing or malformed.'],
  ICVP_DATE_IN_FUTURE: ['RULE_FAILED', 'rules', 'The date of vaccination lies in the future.'],
  ICVP_PRODUCT_NOT_APPROVED: ['RULE_FAILED', 'rules', 'The product is not approved by WHO: it is not on the list in use here.'],
  ICVP_TOO_RECENT: ['RULE_FAILED', 'rules', 'The vaccination against yellow fever was less than 10 days ago.'],
  JWS_MALFORMED: ['INVALID_SIGNING_FORMAT', 'format', 'The text is not a JSON Web Signature as its format wants it.'],
  SHC_PART_OF_SEVERAL: [
    'NOT_SUPPORTED',
    'format',
    'This is one of several codes of one card, and says nothing by itself; ask for the card as a file, or in one code.',
  ],
  SHC_NOT_ONE: ['NOT_SUPPORTED', 'format', 'The file holds several cards; give them one by one.'],
  SHC_DIGITS_WRONG: ['INVALID_ENCODING', 'encoding', 'What follows shc:/ is not the digits of a SMART Health Card.'],
  SHC_DEFLATE_WRONG: [
    'INVALID_COMPRESSION',
    'encoding',
    'The content of the card is not compressed with DEFLATE, is damaged, or is too large.',
  ],
  SHC_CONTENT_MALFORMED: ['INVALID_SIGNING_FORMAT', 'format', 'What is signed is not a health card with a FHIR bundle.'],
  SD_JWT_MALFORMED: [
    'INVALID_SIGNING_FORMAT',
    'format',
    'The text is no SD-JWT VC of a known kind, or something was disclosed that is not part of it.',
  ],
  KEY_BINDING_WRONG: [
    'INVALID_SIGNATURE',
    'signature',
    'The proof of the holder is not by the key of the credential, or not over what is presented.',
  ],
  VDS_NC_KIND_UNKNOWN: ['NOT_SUPPORTED', 'format', 'The visible digital seal is of no kind or version that is known here.'],
  VDS_NC_MALFORMED: ['INVALID_SIGNING_FORMAT', 'format', 'The visible digital seal is not written as ICAO has it, or has no certificate.'],
  SIGNER_UNKNOWN: [
    'ISSUER_NOT_TRUSTED',
    'key',
    "The signer's X.509 certificate is not among those trusted here, nor signed by an authority that is.",
  ],
} as const satisfies Record<string, readonly [VerdictStatus, keyof Verdict['answers'], string]>;

export type VerdictReason = keyof typeof REASONS;

/** The answers in the order in which they are found. A format does not ask whether a certificate was revoked: verification does. */
const ORDER = ['encoding', 'format', 'key', 'signature', 'rules'] as const;

/** A format's verdict that stops at one reason: all answers before it pass, those after it were not reached. */
export function refusedVerdict(code: VerdictReason, claims?: Verdict['claims']): Verdict {
  const [status, failing, text] = REASONS[code];
  const answers = answersUpTo(ORDER.indexOf(failing as (typeof ORDER)[number]));
  return { status, answers: { ...answers, [failing]: 'fail' }, reasons: [{ code, text }], ...(claims && { claims }) };
}

/** A format's verdict on what is sound. */
export function verifiedVerdict(claims: NonNullable<Verdict['claims']>): Verdict {
  return { status: 'VERIFIED', answers: answersUpTo(ORDER.length), reasons: [], claims };
}

/** What may be said beside a verdict, because the signature protects less than the document shows. */
const REMARKS = {
  FIELDS_NOT_PROTECTED:
    'The signature of this old format does not protect all that is shown: the values listed as unprotected could have been changed, swapped or added by anybody. Only the claims are what the issuer has signed.',
  SUBJECT_NOT_PROTECTED: 'The signature says nothing of the person: name, date of birth and all else could have been changed by anybody.',
} as const;

/** The verdict with what the signature does not protect: JSON Pointers, sorted. No verdict of such a document stands bare. */
export function withUnprotected(
  verdict: Verdict,
  unprotected: readonly string[],
  remark: keyof typeof REMARKS = 'FIELDS_NOT_PROTECTED',
): Verdict {
  if (unprotected.length === 0) return verdict;
  const remarks = [...new Set([remark, 'FIELDS_NOT_PROTECTED'] as const)].map((code) => ({ code, text: REMARKS[code] }));
  return { ...verdict, reasons: [...verdict.reasons, ...remarks], unprotected };
}

export type VerdictRemark = keyof typeof REMARKS;

/** All that formats say, in English, by code. */
export const VERDICT_TEXTS = {
  ...Object.fromEntries(Object.entries(REASONS).map(([code, [, , text]]) => [code, text])),
  ...REMARKS,
} as Readonly<Record<VerdictReason | VerdictRemark, string>>;

function answersUpTo(end: number): Verdict['answers'] {
  const answer = (name: (typeof ORDER)[number]): Answer => (ORDER.indexOf(name) < end ? 'pass' : 'not-checked');
  return {
    encoding: answer('encoding'),
    format: answer('format'),
    key: answer('key'),
    signature: answer('signature'),
    status: 'not-checked',
    rules: answer('rules'),
  };
}
