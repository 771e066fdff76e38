import type { CertificateView } from '../certificate-view.js';

export interface ViewNames {
  readonly [name: string]: ViewNames;
}

/** Names of what a template gets, for checks: `*` stands for each item of a list. Texts and fields are the template's own. */
export const VIEW_NAMES: ViewNames = {
  ...{ language: {}, direction: {}, title: {}, number: {}, issuedOn: {}, holder: {} },
  languages: { '*': { tag: {}, name: {}, current: {} } },
  issuer: { name: {}, did: {} },
  groups: { '*': { label: {}, secondary: {}, rows: { '*': { name: {}, label: {}, secondary: {}, value: {}, ltr: {} } } } },
  qr: { millimetres: {}, modules: {}, alt: {} },
  links: { pdf: {}, credential: {}, qr: {}, language: {} },
} satisfies { readonly [K in Exclude<keyof CertificateView, 'text' | 'record'>]: ViewNames };

/** What messages can say besides fields of the record. */
export const VIEW_ARGUMENTS = { issuer: 'text', issuedOn: 'date', number: 'text' } as const;
