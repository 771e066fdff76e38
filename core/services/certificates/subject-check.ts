import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { encodeDivocZip } from '../../api/divoc-zip.js';
import { type CredentialType, type Fault, RECORD_FORMATS, RECORD_KEYWORDS, Refusal } from '../../api/index.js';
import { MAX_QR_BYTES } from './qr-code.js';

/** Longer than the proof of any certificate with this subject, and as incompressible as one. */
const PROOF_ALLOWANCE = 24;

export interface SubjectCheckOptions {
  readonly type: CredentialType;
  readonly did: string;
}

/**
 * Makes the check of subjects before anything is recorded: against the closed schema of the type, and against the size
 * of a QR code that still prints at 50 mm.
 *
 * It throws a Refusal (400 RECORD_INVALID, 422 CERTIFICATE_TOO_LARGE) that names fields and never their values.
 */
export function subjectCheck({ type, did }: SubjectCheckOptions): (subject: Readonly<Record<string, unknown>>) => void {
  const ajv = new Ajv2020({ strict: true, allErrors: true, formats: { ...RECORD_FORMATS } });
  ajv.addVocabulary([...RECORD_KEYWORDS]);
  const validate = ajv.compile(type.document.schema);
  return (subject) => {
    if (!validate(subject)) {
      const errors = (validate.errors ?? []).slice(0, 50).map(faultOf);
      throw new Refusal(400, 'RECORD_INVALID', 'The record does not fit its schema.', { errors });
    }
    const size = encodeDivocZip(standIn(type, did, subject)).length + PROOF_ALLOWANCE;
    if (size > MAX_QR_BYTES) {
      throw new Refusal(
        422,
        'CERTIFICATE_TOO_LARGE',
        `The certificate's QR code would hold ${size} bytes; at most ${MAX_QR_BYTES} can still be printed at 50 mm.`,
        { errors: longest(subject) },
      );
    }
  };
}

/** A credential of the size that the signed one will have. */
function standIn(type: CredentialType, did: string, credentialSubject: unknown): object {
  const key = 'z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK';
  return {
    '@context': ['https://www.w3.org/ns/credentials/v2', type.url],
    id: 'urn:uuid:01932b6e-5c1f-7d3a-9e42-8f0b6a7c5d1e',
    type: ['VerifiableCredential', type.name],
    issuer: did,
    validFrom: '2026-01-01T00:00:00.000Z',
    validUntil: '2027-12-31T23:59:59.999Z',
    credentialSubject,
    proof: {
      type: 'DataIntegrityProof',
      created: '2026-01-01T00:00:00.000Z',
      verificationMethod: `${did}#${key}`,
      cryptosuite: 'eddsa-rdfc-2022',
      proofPurpose: 'assertionMethod',
      proofValue: 'z3FXQjecWufY46yg5abdVZsXqLhxhueuSoZgNSARiKBk9czhSePTFehP8c3PGfb6a22gkfUKods5D2UAUL5n2Brbx',
    },
  };
}

/** The fields that take most of the room, longest first. */
function longest(subject: Readonly<Record<string, unknown>>): Fault[] {
  return leaves(subject, '')
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 3)
    .map(({ pointer, bytes }) => ({
      pointer,
      code: 'FIELD_TOO_LONG',
      detail: `this field takes ${bytes} bytes`,
      fix: 'Shorten it, or leave out what a certificate need not show.',
    }));
}

function leaves(node: unknown, pointer: string): { pointer: string; bytes: number }[] {
  if (typeof node === 'object' && node !== null)
    return Object.entries(node).flatMap(([name, child]) => leaves(child, `${pointer}/${name}`));
  return [{ pointer, bytes: Buffer.byteLength(String(node)) }];
}

/** The schema's words alone: ajv's messages quote the schema and never the value. */
function faultOf(error: ErrorObject): Fault {
  const params = error.params as Readonly<Record<string, unknown>>;
  const member = params.missingProperty ?? params.additionalProperty;
  const isShowable = member === undefined || /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(String(member));
  const pointer = member === undefined || !isShowable ? error.instancePath : `${error.instancePath}/${String(member)}`;
  switch (error.keyword) {
    case 'required':
      return { pointer, code: 'FIELD_MISSING', detail: 'this field is required', fix: 'Add it.' };
    case 'additionalProperties':
      return { pointer, code: 'FIELD_UNKNOWN', detail: 'there is no such field', fix: 'Remove it, or correct its name.' };
    case 'type':
      return {
        pointer,
        code: 'FIELD_WRONG_TYPE',
        detail: `must be of type ${String(params.type)}`,
        fix: 'Send the JSON type that the schema names; nothing is converted.',
      };
    case 'format':
    case 'pattern': {
      const form = error.keyword === 'format' ? `the format ${String(params.format)}` : `the pattern ${String(params.pattern)}`;
      return { pointer, code: 'FIELD_WRONG_FORMAT', detail: `must have ${form}`, fix: 'Write it in that form, with a day that exists.' };
    }
    default:
      return {
        pointer,
        code: 'FIELD_OUT_OF_RANGE',
        detail: error.message ?? 'is out of range',
        fix: 'Keep within the limits of the schema.',
      };
  }
}
