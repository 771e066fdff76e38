import { Refusal } from '@divoc/core/api';

/** For a record that cannot be expressed in the form that was asked for: names the field, never its value. */
export function unfit(pointer: string, detail: string, fix: string): Refusal {
  return new Refusal(422, 'CREDENTIAL_UNFIT', 'The record cannot be written as a health certificate of this kind.', {
    errors: [{ pointer, code: 'HCERT_FIELD_UNFIT', detail, fix }],
  });
}

/** Of the record, as the certificates service names its fields. */
export const field = (name: string): string => `/credentialSubject/${name}`;
