import { type CertificateView, certificateView } from '../certificate-view.js';
import { qrCode } from '../qr-code.js';
import { qrContent } from '../qr-content.js';
import type { Sample } from './check-samples.js';
import type { CertificateTemplate } from './load-templates.js';

/** What is the same in every sample: a ministry, a number and a day of nobody. */
const ISSUER = 'did:web:health.example';
const VALID_FROM = '2026-11-25T06:00:00.000Z';
const NUMBER = '7KQ29XWT40HM5';
const NAMES = { en: 'Ministry of Health', ar: 'وزارة الصحة', hi: 'स्वास्थ्य मंत्रालय' };
const LINKS = { pdf: '/c/t/certificate.pdf', credential: '/c/t/certificate.json', qr: '/c/t/qr.png', language: '?language=' };

/** Of the size of a real one, so that the code is too. It verifies nothing. */
const PROOF = {
  type: 'DataIntegrityProof',
  created: VALID_FROM,
  verificationMethod: `${ISSUER}#z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK`,
  cryptosuite: 'eddsa-rdfc-2022',
  proofPurpose: 'assertionMethod',
  proofValue: 'z2b895af11a211da2af2ce0f90dc66ca1bf6c0507569a298e8d573e2ac7c6e8d14723bad66e02185c6830ae2',
};

export interface DrawnSample {
  readonly view: CertificateView;
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Milliseconds since the epoch. */
  readonly date: number;
}

/** What an engine is given for a sample: as for a certificate, but that nobody has signed it. */
export function sampleView(sample: Sample, template: CertificateTemplate): DrawnSample {
  const { type } = template.record;
  const credential = {
    '@context': ['https://www.w3.org/ns/credentials/v2', type.url],
    id: 'urn:uuid:01932b6e-5c1f-7d3a-9e42-8f0b6a7c5d1e',
    type: ['VerifiableCredential', type.name],
    issuer: ISSUER,
    validFrom: VALID_FROM,
    credentialSubject: sample.record,
    proof: PROOF,
  };
  const qr = qrCode(qrContent(credential, 'zip'));
  const { language } = sample;
  const about = { type: type.document, template, language, issuerName: NAMES, timeZone: 'Asia/Kolkata', qr, links: LINKS };
  return {
    view: certificateView({ row: { number: NUMBER }, claims: credential, ...about }),
    files: { 'qr.svg': Buffer.from(qr.svg), 'certificate.json': Buffer.from(JSON.stringify(credential)) },
    date: Date.parse(VALID_FROM),
  };
}
