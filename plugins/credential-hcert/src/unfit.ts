import { unfitRecord } from '@divoc/core/api';

/** For a record that cannot be expressed in the form that was asked for. */
export const unfit = unfitRecord('a health certificate of this kind', 'HCERT_FIELD_UNFIT');
