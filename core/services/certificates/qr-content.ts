import { encodeDivocZip } from '../../api/divoc-zip.js';
import type { QrForm } from '../../api/index.js';
import { encodePixelPass } from '../../internal/pixelpass.js';
import type { QrContent } from './qr-code.js';

/** The house's encoders, by the forms that credential formats declare. */
const ENCODERS: Readonly<Record<QrForm, (credential: unknown) => QrContent>> = {
  zip: encodeDivocZip,
  pixelpass: encodePixelPass,
  text: (credential) => ({ text: typeof credential === 'string' ? credential : JSON.stringify(credential) }),
};

export const QR_FORMS = Object.keys(ENCODERS) as QrForm[];

/** What the QR code of a credential holds. The same credential and form give the same content. */
export const qrContent = (credential: unknown, form: QrForm): QrContent => ENCODERS[form](credential);
