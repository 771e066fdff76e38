/** A JSON-LD term: its IRI, or what else is said of it. */
export type TermDefinition = string | { readonly '@id': string; readonly '@type'?: string; readonly '@context'?: LocalContext } | null;
export type LocalContext = Readonly<Record<string, unknown>>;

const SCHEMA = 'https://schema.org/';

const scoped = (terms: Readonly<Record<string, TermDefinition>>): LocalContext => ({ '@version': 1.1, '@protected': true, ...terms });

const ADDRESS: TermDefinition = {
  '@id': `${SCHEMA}PostalAddress`,
  '@context': scoped({
    streetAddress: `${SCHEMA}streetAddress`,
    streetAddress2: 'vac:addressLine2',
    city: 'vac:city',
    district: 'vac:district',
    addressRegion: `${SCHEMA}addressRegion`,
    postalCode: `${SCHEMA}postalCode`,
    addressCountry: `${SCHEMA}addressCountry`,
  }),
};

/** What version 2 of the context (DDCC, 2021) has beyond version 1. */
interface Additions {
  readonly person: Readonly<Record<string, TermDefinition>>;
  readonly vaccination: Readonly<Record<string, TermDefinition>>;
}

/**
 * The vocabulary of DIVOC's certificates, which every country published under a host name of its own.
 *
 * Several terms share one IRI (`schema:id`, `schema:date`, `schema:doseValue`), which is how the values of a certificate
 * can change places without breaking its signature. DIVOC's prefix `vac` was no usable prefix, so that the signed
 * statements hold the literal IRIs `vac:city`, `vac:Vaccination`, …; they are written so here.
 */
function vaccinationContext({ person, vaccination }: Additions): { readonly '@context': LocalContext } {
  return {
    '@context': scoped({
      id: '@id',
      type: '@type',
      ProofOfVaccinationCredential: {
        '@id': `${SCHEMA}ProofOfVaccinationCredential`,
        '@context': scoped({ nonTransferable: 'vac:nonTransferable' }),
      },
      Person: {
        '@id': `${SCHEMA}Person`,
        '@context': scoped({
          refId: `${SCHEMA}id`,
          uhid: `${SCHEMA}id`,
          name: `${SCHEMA}name`,
          age: `${SCHEMA}Number`,
          gender: `${SCHEMA}gender`,
          nationality: `${SCHEMA}nationality`,
          ...person,
          address: ADDRESS,
        }),
      },
      Vaccination: {
        '@id': 'vac:Vaccination',
        '@context': scoped({
          certificateId: `${SCHEMA}id`,
          batch: `${SCHEMA}id`,
          vaccine: `${SCHEMA}id`,
          manufacturer: `${SCHEMA}id`,
          feedbackUrl: `${SCHEMA}url`,
          infoUrl: `${SCHEMA}url`,
          date: `${SCHEMA}date`,
          effectiveStart: `${SCHEMA}date`,
          effectiveUntil: `${SCHEMA}date`,
          dose: `${SCHEMA}doseValue`,
          totalDoses: `${SCHEMA}doseValue`,
          ...vaccination,
          verifier: {
            '@id': 'vac:verifier',
            '@context': scoped({ id: `${SCHEMA}id`, name: `${SCHEMA}name`, 'sign-image': `${SCHEMA}image` }),
          },
          facility: {
            '@id': 'vac:Facility',
            '@context': scoped({ name: `${SCHEMA}name`, address: ADDRESS, 'seal-image': `${SCHEMA}image` }),
          },
        }),
      },
    }),
  };
}

/** By version. The second holds all of the first. */
export const VACCINATION_CONTEXTS = {
  v1: vaccinationContext({ person: {}, vaccination: {} }),
  v2: vaccinationContext({
    person: { dob: `${SCHEMA}date` },
    vaccination: { icd11Code: `${SCHEMA}id`, prophylaxis: `${SCHEMA}name` },
  }),
} as const;

export type ContextVersion = keyof typeof VACCINATION_CONTEXTS;

/** The version that a URL names, on whatever host; undefined when it is not DIVOC's. */
export function contextVersion(url: unknown): ContextVersion | undefined {
  const found = typeof url === 'string' ? /^https?:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?\/credentials\/vaccination\/(v[12])$/.exec(url) : null;
  return found?.[1] as ContextVersion | undefined;
}
