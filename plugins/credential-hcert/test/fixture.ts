import { credentialFixture } from '@divoc/core/testkit';
import { hcertFormat } from '../src/hcert-format.js';
import { ICVP_PRODUCTS, productsOf } from '../src/icvp-products.js';

export const YELLOW_FEVER = 'YellowFeverProductd2c75a15ed309658b3968519ddb31690';
export const PRODUCTS = productsOf(ICVP_PRODUCTS);

const issuer = { country: 'XA', issuer: 'Ministry of Health', timeZone: 'Asia/Colombo' };

/** As the house's record has it. */
export const VACCINATION = {
  patient: { name: 'Bhāya Mitra-Öztürk', birthDate: '1994-11-30', gender: 'female', nationality: 'LKA' },
  vaccineName: 'Covishield',
  lotNumber: 'MB3428BX',
  occurrenceDateTime: '2026-10-02T19:21:18.646Z',
  doseNumber: 1,
  seriesDoses: 2,
  facility: { name: 'ABC Medical Center', district: 'Bengaluru South' },
  performer: { name: 'Dr A. Silva' },
};

export const euDccFormat = hcertFormat({ products: PRODUCTS, issuing: { ...issuer, kind: 'eu-dcc', vaccines: {} } });
export const euDccFixture = credentialFixture({ certified: true, subject: VACCINATION });

export const icvpFormat = hcertFormat({
  products: PRODUCTS,
  issuing: { ...issuer, kind: 'icvp', vaccines: { Stamaril: { product: YELLOW_FEVER } } },
});
export const icvpFixture = credentialFixture({ certified: true, subject: { ...VACCINATION, vaccineName: 'stamaril' } });
