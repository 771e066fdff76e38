import Negotiator from 'negotiator';
import { type CredentialType, type QrForm, Refusal, type Rendering, type Wanted } from '../../api/index.js';
import type { CertificateRow } from './certificate-store.js';
import { certificateView, printedClaims } from './certificate-view.js';
import { qrCode } from './qr-code.js';
import { qrContent } from './qr-content.js';
import type { RenderingCache } from './rendering-cache.js';
import type { CertificateTemplate } from './templates/load-templates.js';

/** What a certificate can be had as, in order of preference. JSON is the credential for those who cannot name its type. */
const FORMS = {
  'application/vc': 'json',
  'application/json': 'json',
  'application/pdf': 'pdf',
  'text/html': 'html',
  'image/svg+xml': 'svg',
  'image/png': 'png',
} as const;
type MediaType = keyof typeof FORMS;
const MEDIA_TYPES = Object.keys(FORMS) as MediaType[];

export interface Renderer {
  readonly templates: ReadonlyMap<string, CertificateTemplate>;
  readonly typeOf: (hash: string) => Promise<CredentialType | undefined>;
  readonly issuerName: Readonly<Record<string, string>>;
  readonly timeZone: string;
  /** Undefined of what has no room in a QR code. */
  readonly qrFormOf: (row: CertificateRow) => QrForm | undefined;
  /** Of PDFs: they take longest, and people fetch them more than once. */
  readonly cache: RenderingCache;
}

/** Renders one certificate as what is wanted. Throws a Refusal: 406 for what cannot be made, 503 for a template that is gone. */
export async function render(renderer: Renderer, row: CertificateRow, wanted: Wanted): Promise<Rendering> {
  const mediaType = mediaTypeOf(wanted);
  const fileName = `certificate-${row.number.slice(0, 12)}.${FORMS[mediaType]}`;
  if (FORMS[mediaType] === 'json') return { mediaType, fileName, body: Buffer.from(JSON.stringify(row.credential)) };
  const qrForm = renderer.qrFormOf(row);
  if (qrForm === undefined)
    throw new Refusal(406, 'NOT_ACCEPTABLE', 'This form of the certificate is too large to be printed; it can be had as application/json.');
  const qr = qrCode(qrContent(row.credential, qrForm));
  if (mediaType === 'image/svg+xml') return { mediaType, fileName, body: Buffer.from(qr.svg) };
  if (mediaType === 'image/png') return { mediaType, fileName, body: await qr.png() };

  const template = renderer.templates.get(row.template);
  if (!template) throw new Refusal(503, 'TEMPLATE_MISSING', `The template ${row.template} is not installed here.`);
  const type = await renderer.typeOf(row.typeHash);
  if (!type) throw new Error(`the credential type ${row.typeHash} is not kept here`);
  const language = languageOf(template, wanted);
  const { issuerName, timeZone } = renderer;
  const isPage = mediaType === 'text/html';
  const make = async (): Promise<Rendering> => {
    const links = isPage ? (wanted.links ?? {}) : {};
    const view = certificateView({
      row,
      claims: printedClaims(row),
      type: type.document,
      template,
      language,
      issuerName,
      timeZone,
      qr,
      links,
    });
    const { file, engine } = isPage ? template.page : template.print;
    const files = { 'qr.svg': Buffer.from(qr.svg), 'certificate.json': Buffer.from(JSON.stringify(row.credential)) };
    const body = await engine.render({ template: file, data: { ...view }, files, date: Date.parse(row.intent.created) });
    return { mediaType, language, fileName, body };
  };
  return isPage ? make() : renderer.cache.get(`${row.id} ${row.form} ${row.seal} ${language}`, make);
}

function mediaTypeOf({ mediaType, accept }: Wanted): MediaType {
  const chosen = mediaType ?? new Negotiator({ headers: { accept } }).mediaType(MEDIA_TYPES);
  if (chosen !== undefined && Object.hasOwn(FORMS, chosen)) return chosen as MediaType;
  throw new Refusal(406, 'NOT_ACCEPTABLE', `A certificate can be had as ${MEDIA_TYPES.join(', ')}.`);
}

/** The language asked for by name, by header, or the template's first. `ar-EG` is met by `ar`. */
function languageOf({ languages }: CertificateTemplate, { language, acceptLanguage }: Wanted): string {
  const wish = language ?? acceptLanguage;
  if (wish === undefined) return languages[0] as string;
  const found = new Negotiator({ headers: { 'accept-language': wish } }).language([...languages]);
  return found ?? (languages[0] as string);
}
