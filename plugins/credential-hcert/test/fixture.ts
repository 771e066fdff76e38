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
/** As the house's record has it. */
export const TEST_REPORT = {
  patient: { name: 'Bhāya Mitra-Öztürk', birthDate: '1994-11' },
  disease: 'COVID-19',
  diseaseCode: '840539006',
  testType: 'Nucleic acid amplification',
  testCode: 'LP6464-4',
  collectedDateTime: '2026-11-20T07:30:00.250+05:30',
  result: 'Not detected',
  resultCode: '260415000',
  laboratory: { name: 'National Reference Laboratory', country: 'LKA' },
};

export const euDccFixture = credentialFixture({ certified: true, subject: VACCINATION });

export const icvpFormat = hcertFormat({
  products: PRODUCTS,
  issuing: { ...issuer, kind: 'icvp', vaccines: { Stamaril: { product: YELLOW_FEVER } } },
});
export const icvpFixture = credentialFixture({ certified: true, subject: { ...VACCINATION, vaccineName: 'stamaril' } });

/** The form looks at the name of the type alone. */
const testType = { ...euDccFixture.type, name: 'TestReportCredential' };
export const testFixture = (changes: object = {}) =>
  credentialFixture({ certified: true, type: testType, subject: { ...TEST_REPORT, ...changes } });
