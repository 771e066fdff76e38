import { credentialFormat, definePlugin, isTimeZone } from '@divoc/core/api';
import { hcertSettings, type Settings } from './src/hcert-settings.js';
import { ICVP_PRODUCTS, productsOf } from './src/icvp-products.js';
import { readProductList } from './src/product-list-file.js';

export default definePlugin<Settings>()({
  id: 'credential-hcert',
  summary: "Health certificates as HC1 codes: EU Digital COVID Certificates and WHO's Digital ICVP.",
  config: hcertSettings,
  provides: { format: credentialFormat },
  check: ({ config: { kind, country, issuer, timeZone, products } }) => [
    ...(kind !== undefined && (country === undefined || issuer === undefined)
      ? [{ pointer: '/kind', code: 'HCERT_ISSUER_MISSING', message: 'needs country and issuer beside it; write both, e.g. country: KE' }]
      : []),
    ...(isTimeZone(timeZone)
      ? []
      : [{ pointer: '/timeZone', code: 'TIME_ZONE_UNKNOWN', message: 'is no IANA time zone; write one like Africa/Nairobi' }]),
    ...('failure' in readProductList(products)
      ? [{ pointer: '/products', code: 'HCERT_PRODUCTS_INVALID', message: PRODUCTS_INVALID }]
      : []),
  ],
  async setup({ config: { kind, country, issuer, timeZone, vaccines, products } }) {
    const read = readProductList(products);
    if ('failure' in read) throw new Error(`the setting products ${PRODUCTS_INVALID}`);
    // Loaded when it is used: plans and commands need the descriptor alone, and the libraries take their time.
    const { hcertFormat } = await import('./src/hcert-format.js');
    const issuing =
      kind !== undefined && country !== undefined && issuer !== undefined ? { kind, country, issuer, timeZone, vaccines } : undefined;
    return { ports: { format: hcertFormat({ products: productsOf(read.list ?? ICVP_PRODUCTS), ...(issuing && { issuing }) }) } };
  },
});

const PRODUCTS_INVALID = 'must name a JSON file in the form of schemas/codes/icvp-products.json: a date, and products with their diseases';
