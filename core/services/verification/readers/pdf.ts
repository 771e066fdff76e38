import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { getDocument, type PDFDocumentProxy, type PDFPageProxy, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { canonicalJson } from '../../../api/index.js';
import { readInput } from '../../../verifier/read-input.js';
import type { FileInput } from './file-input.js';
import { oneContent, type Pixels, qrCodesIn } from './qr-codes.js';

const MAX_PAGES = 4;
/** A module of 0.4 mm has 3 pixels, and A4 4 million. */
const DOTS_PER_INCH = 200;
const MAX_PAGE_PIXELS = 16_000_000;
/** Of one picture on a page. */
const MAX_IMAGE_PIXELS = 40_000_000;
/** application/vc; the type itself is not told by the library. */
const CREDENTIAL_NAME = /\.(json|jsonld|vc)$/i;

const library = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
const folder = (name: string) => join(library, name) + sep;
/** Fonts, character maps and decoders come from the package; nothing is fetched, and no font program becomes JavaScript. */
const OPTIONS = {
  standardFontDataUrl: folder('standard_fonts'),
  cMapUrl: folder('cmaps'),
  cMapPacked: true,
  iccUrl: folder('iccs'),
  wasmUrl: folder('wasm'),
  useWorkerFetch: false,
  useSystemFonts: false,
  disableFontFace: true,
  isEvalSupported: false,
  enableXfa: false,
  maxImageSize: MAX_IMAGE_PIXELS,
  canvasMaxAreaInBytes: MAX_IMAGE_PIXELS * 4,
  verbosity: VerbosityLevel.ERRORS,
} as const;

/**
 * The credential of a PDF: attached to it, or in the QR code on its pages. Where it is both it must be the same, so that
 * nobody reads one certificate and has another verified. Never throws for a bad PDF.
 */
export async function readPdf(bytes: Uint8Array): Promise<FileInput> {
  // The library takes what it is given for its own.
  const task = getDocument({ data: new Uint8Array(bytes), ...OPTIONS });
  try {
    const document = await task.promise;
    if (document.numPages > MAX_PAGES) return { failure: 'PDF_TOO_LONG' };
    const attached = await attachments(document);
    if (attached.length > 1) return { failure: 'PDF_ATTACHMENTS_AMBIGUOUS' };
    return oneOf(attached[0], await printed(document));
  } catch {
    return { failure: 'PDF_UNREADABLE' };
  } finally {
    await task.destroy();
  }
}

function oneOf(attached: Uint8Array | undefined, printed: FileInput | undefined): FileInput {
  if (!attached) return printed ?? { failure: 'PDF_EMPTY' };
  if (!printed) return { input: attached };
  if ('failure' in printed) return printed;
  return isSame(attached, printed.input) ? { input: attached } : { failure: 'PDF_PARTS_DIFFER' };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  const attached = readInput(a);
  if (!('document' in attached)) return false;
  // A credential that is a text is attached as a JSON string, and printed as it stands.
  const printed = readInput(b, (text) => text === attached.document);
  return 'document' in printed && canonicalJson(attached.document) === canonicalJson(printed.document);
}

async function attachments(document: PDFDocumentProxy): Promise<Uint8Array[]> {
  const files = (await document.getAttachments()) as Record<string, { filename: string; content: Uint8Array | null }> | null;
  return Object.values(files ?? {}).flatMap(({ filename, content }) => (content && CREDENTIAL_NAME.test(filename) ? [content] : []));
}

async function printed(document: PDFDocumentProxy): Promise<FileInput | undefined> {
  const codes: Uint8Array[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    codes.push(...(await qrCodesIn(await rasterised(await document.getPage(number)))));
  }
  return oneContent(codes);
}

async function rasterised(page: PDFPageProxy): Promise<Pixels> {
  const { width, height } = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: Math.min(DOTS_PER_INCH / 72, Math.sqrt(MAX_PAGE_PIXELS / (width * height))) });
  const canvas = createCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
  await page.render({ canvas: canvas as never, viewport, background: '#fff' }).promise;
  return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
}
