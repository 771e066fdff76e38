import type { ErrorObject } from 'ajv/dist/2020.js';
import {
  type Clock,
  type CredentialFormat,
  type CredentialType,
  type Fault,
  isRefusal,
  Refusal,
  type SealIntent,
  type StatusListEntry,
} from '../../api/index.js';
import type { Signer } from '../../internal/index.js';
import { formKey } from './form-keys.js';
import type { Forms } from './forms.js';
import type { Issuable } from './issuable.js';
import { qrRoom } from './qr-code.js';
import { qrContent } from './qr-content.js';
import { subjectValidator } from './subject-validator.js';

/** How much larger than the stand-in the code of the signed credential may be, in bytes; Base45 makes three characters of two. */
const ALLOWANCE = { bytes: 24, characters: 36 } as const;

export interface SubjectCheckOptions {
  readonly did: string;
  readonly forms: Forms;
  readonly signer: Signer;
  readonly clock: Clock;
  /** Entries as long as any that certificates will have. */
  readonly status?: readonly StatusListEntry[] | undefined;
}

type Subject = Readonly<Record<string, unknown>>;

/** What a subject is checked against. */
export type CheckedAs = Pick<Issuable, 'type' | 'formats'>;
export type SubjectCheck = (subject: Subject, as: CheckedAs) => Promise<void>;

/**
 * Makes the check of subjects before anything is recorded: against the closed schema of their type, and, in every form in
 * which the certificate will be issued, against the size of a QR code that still prints at 50 mm.
 *
 * It throws a Refusal (400 RECORD_INVALID, 422 CERTIFICATE_TOO_LARGE, 422 CREDENTIAL_UNFIT) that names fields and never
 * their values. Throws an Error for a format that is not in the manifest.
 */
export function subjectCheck({ did, forms, signer, clock, status }: SubjectCheckOptions): SubjectCheck {
  return async (subject, { type, formats }) => {
    const validate = subjectValidator(type.document);
    if (!validate(subject)) {
      const errors = (validate.errors ?? []).slice(0, 50).map(faultOf);
      throw new Refusal(400, 'RECORD_INVALID', 'The record does not fit its schema.', { errors });
    }
    for (const name of formats) {
      const format = forms.format(name);
      const intent = {
        ...intentLike(type, did, subject, clock.now().toISOString()),
        ...(await formKey(signer, did, format)),
        ...(status && { status }),
      };
      const [credential, qrForm] = [prepared(format, intent), forms.qrFormOf(format)];
      // What is for wallets alone is not printed.
      if (qrForm === undefined) continue;
      const { size, limit, unit } = qrRoom(qrContent(credential, qrForm));
      if (size + ALLOWANCE[unit] <= limit) continue;
      throw new Refusal(
        422,
        'CERTIFICATE_TOO_LARGE',
        `The certificate's QR code would hold ${size + ALLOWANCE[unit]} ${unit}; at most ${limit} can still be printed at 50 mm.`,
        { errors: longest(subject) },
      );
    }
  };
}

/** The credential of the size that the signed one will have. Faults of the subject are shown at their places in it. */
function prepared(format: CredentialFormat, intent: SealIntent): unknown {
  try {
    return format.prepare(intent);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const errors = error.errors.map((fault) => ({ ...fault, pointer: fault.pointer.replace(/^\/credentialSubject(?=\/|$)/, '') }));
    throw new Refusal(422, error.code, error.message, { errors });
  }
}

/** An intent of the size that the recorded one will have, with an id that is nobody's; its key is the one that would sign. */
function intentLike(type: CredentialType, did: string, subject: Subject, now: string): Omit<SealIntent, 'verificationMethod'> {
  return {
    id: 'urn:uuid:01932b6e-5c1f-7d3a-9e42-8f0b6a7c5d1e',
    issuer: did,
    type,
    validFrom: now,
    validUntil: '9999-12-31T23:59:59.999Z',
    created: now,
    subject,
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
export function faultOf(error: ErrorObject): Fault {
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
