import { credentialFixture, credentialFormatContract, holdTo } from '@divoc/core/testkit';
import { describe, it } from 'vitest';
import { format } from './fixture.js';

/** Few values: every two of them change places. */
const subject = { patient: { name: 'Bhāya Mitra' }, vaccineName: 'CoVax', lotNumber: 'MB3428BX', doseNumber: 1, seriesDoses: 2 };

describe('the contract of its port', () => {
  holdTo(it, credentialFormatContract, () => ({
    format,
    kind: 'DIVOC 2021',
    fixture: credentialFixture({ subject }),
    isMalleable: true,
  }));
});
