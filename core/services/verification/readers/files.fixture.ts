import { PDFDocument } from '@cantoo/pdf-lib';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import QRCode from 'qrcode';

/** A QR code as certificates print it: bytes in byte mode, text as a scanner app would write it. */
export function qrPng(content: Uint8Array | string, colors: { dark?: string; light?: string } = {}): Promise<Buffer> {
  const what = typeof content === 'string' ? content : [{ data: Buffer.from(content), mode: 'byte' as const }];
  return QRCode.toBuffer(what, { errorCorrectionLevel: 'M', margin: 4, scale: 6, type: 'png', color: colors });
}

/** Pictures side by side, each turned by `degrees`, on a white ground. */
export async function collage(pictures: readonly Uint8Array[], type: 'png' | 'jpeg' = 'png', degrees = 0): Promise<Buffer> {
  const images = await Promise.all(pictures.map((bytes) => loadImage(bytes)));
  const side = Math.ceil(Math.max(200, ...images.map(({ width }) => width)) * 1.5);
  const canvas = createCanvas(side * Math.max(1, images.length), side);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const [index, image] of images.entries()) {
    context.save();
    context.translate(side * (index + 0.5), side / 2);
    context.rotate((degrees * Math.PI) / 180);
    context.drawImage(image, -image.width / 2, -image.height / 2);
    context.restore();
  }
  return type === 'png' ? canvas.encode('png') : canvas.encode('jpeg', 80);
}

export interface PdfContent {
  /** Contents of QR codes, one a page, 50 mm wide. */
  readonly codes?: readonly (Uint8Array | string)[];
  readonly attached?: Readonly<Record<string, unknown>>;
  /** Further pages without a code. */
  readonly pages?: number;
  readonly size?: [number, number];
  readonly password?: string;
}

/** An A4 certificate: a sentence, a QR code, and JSON files attached. */
export async function pdfOf({ codes = [], attached = {}, pages = 0, size = [595, 842], password }: PdfContent): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  for (const code of codes) {
    const page = pdf.addPage(size);
    page.drawText('A certificate', { x: 20, y: 20, size: 12 });
    const [width, height] = [142, 142];
    page.drawImage(await pdf.embedPng(await qrPng(code)), { x: size[0] / 2 - 71, y: size[1] / 2 - 71, width, height });
  }
  for (let index = 0; index < pages; index += 1) pdf.addPage(size).drawText('Nothing to scan', { x: 20, y: 20, size: 12 });
  for (const [name, content] of Object.entries(attached)) {
    const bytes = content instanceof Uint8Array ? content : new TextEncoder().encode(JSON.stringify(content));
    await pdf.attach(bytes, name, { mimeType: name.endsWith('.json') ? 'application/vc' : 'application/octet-stream' });
  }
  if (password !== undefined) pdf.encrypt({ userPassword: password, ownerPassword: password });
  return pdf.save();
}

/** A PDF of a few hundred bytes that draws `10 ** levels` rectangles: forms that draw forms. */
export function drawingBomb(levels: number): Uint8Array {
  const stream = (dictionary: string, content: string) => `<<${dictionary}/Length ${content.length}>>\nstream\n${content}\nendstream`;
  const forms = Array.from({ length: levels }, (_, level) => {
    const next = level + 1 < levels ? `/Resources<</XObject<</F ${level + 5} 0 R>>>>` : '';
    return stream(`/Type/XObject/Subtype/Form/BBox[0 0 9 9]${next}`, (next ? '/F Do ' : '0 0 1 1 re f ').repeat(10));
  });
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 99 99]>>',
    `<</Type/Page/Parent 2 0 R/Contents ${levels + 4} 0 R/Resources<</XObject<</F 4 0 R>>>>>>`,
    ...forms,
    stream('', '/F Do'),
  ];
  const body = objects.map((object, index) => `${index + 1} 0 obj\n${object}\nendobj\n`).join('');
  return new TextEncoder().encode(`%PDF-1.4\n${body}trailer\n<</Root 1 0 R/Size ${objects.length + 1}>>\n%%EOF`);
}
