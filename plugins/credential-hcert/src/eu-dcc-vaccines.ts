import type { Vaccines } from './vaccination-record.js';

/** Source and licence stand in `schemas/codes/eu-dcc-vaccines.json`, which holds the same. */
export const EU_VACCINES: { readonly date: string; readonly vaccines: Vaccines } = {
  date: '2022-12-12',
  vaccines: {
    Comirnaty: { product: 'EU/1/20/1528', holder: 'ORG-100030215', prophylaxis: '1119349007' },
    Spikevax: { product: 'EU/1/20/1507', holder: 'ORG-100031184', prophylaxis: '1119349007' },
    Vaxzevria: { product: 'EU/1/21/1529', holder: 'ORG-100001699', prophylaxis: 'J07BX03' },
    Jcovden: { product: 'EU/1/20/1525', holder: 'ORG-100001417', prophylaxis: 'J07BX03' },
    CVnCoV: { product: 'CVnCoV', holder: 'ORG-100006270', prophylaxis: '1119349007' },
    'Sputnik V': { product: 'Sputnik-V', holder: 'Gamaleya-Research-Institute', prophylaxis: 'J07BX03' },
    Convidecia: { product: 'Convidecia', holder: 'ORG-100013793', prophylaxis: 'J07BX03' },
    EpiVacCorona: { product: 'EpiVacCorona', holder: 'Vector-Institute', prophylaxis: 'J07BX03' },
    'BBIBP-CorV': { product: 'BBIBP-CorV', holder: 'ORG-100020693', prophylaxis: 'J07BX03' },
    CoronaVac: { product: 'CoronaVac', holder: 'Sinovac-Biotech', prophylaxis: 'J07BX03' },
    Covaxin: { product: 'Covaxin', holder: 'Bharat-Biotech', prophylaxis: 'J07BX03' },
    Covishield: { product: 'Covishield', holder: 'ORG-100001981', prophylaxis: 'J07BX03' },
    'Covid-19 (recombinant)': { product: 'Covid-19-recombinant', holder: 'Fiocruz', prophylaxis: 'J07BX03' },
    'R-COVI': { product: 'R-COVI', holder: 'ORG-100007893', prophylaxis: 'J07BX03' },
    CoviVac: { product: 'CoviVac', holder: 'Chumakov-Federal-Scientific-Center', prophylaxis: 'J07BX03' },
    'Sputnik Light': { product: 'Sputnik-Light', holder: 'Gamaleya-Research-Institute', prophylaxis: 'J07BX03' },
    'Hayat-Vax': { product: 'Hayat-Vax', holder: 'ORG-100023050', prophylaxis: 'J07BX03' },
    Abdala: { product: 'Abdala', holder: 'CIGB', prophylaxis: 'J07BX03' },
    'WIBP-CorV': { product: 'WIBP-CorV', holder: 'Sinopharm-WIBP', prophylaxis: 'J07BX03' },
    'MVC COVID-19 vaccine': { product: 'MVC-COV1901', holder: 'ORG-100033914', prophylaxis: 'J07BX03' },
    Nuvaxovid: { product: 'EU/1/21/1618', holder: 'ORG-100032020', prophylaxis: 'J07BX03' },
    Covovax: { product: 'Covovax', holder: 'ORG-100001981', prophylaxis: 'J07BX03' },
    'COVID-19 Vaccine Valneva': { product: 'EU/1/21/1624', holder: 'ORG-100036422', prophylaxis: 'J07BX03' },
    'VidPrevtyn Beta': { product: 'EU/1/21/1580', holder: 'ORG-100000788', prophylaxis: 'J07BX03' },
    'Soberana 02': { product: 'Soberana-02', holder: 'Finlay-Institute', prophylaxis: 'J07BX03' },
    'Soberana Plus': { product: 'Soberana-Plus', holder: 'Finlay-Institute', prophylaxis: 'J07BX03' },
  },
};
