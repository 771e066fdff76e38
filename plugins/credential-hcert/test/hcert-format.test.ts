import { credentialFixture, credentialFormatContract, holdTo } from '@divoc/core/testkit';
import { describe, expect, it } from 'vitest';
import { hcertFormat } from '../src/hcert-format.js';
import { ICVP_PRODUCTS, productsOf } from '../src/icvp-products.js';

const products = productsOf(ICVP_PRODUCTS);
const shared = { country: 'XA', issuer: 'Ministry of Health', timeZone: 'UTC' };
const euDcc = hcertFormat({
  products,
  issuing: { ...shared, kind: 'eu-dcc', vaccines: { CoVax: { product: 'CoVax', holder: 'ORG-1', prophylaxis: 'J07BX03' } } },
});

describe('the contract of its port', () => {
  describe('as an EU DCC', () => {
    holdTo(it, credentialFormatContract, () => ({
      format: euDcc,
      kind: 'HCERT',
      isRandomised: true,
      keysById: true,
      fixture: credentialFixture({ certified: true }),
    }));
  });
});
