import { AFRelationship, PDFDocument } from '@cantoo/pdf-lib';
import type { ConvertRequest } from '@divoc/core/api';

/** Chromium's PDF with the dates of the request instead of the clock's, and with what it is to carry. */
export async function finishPdf(printed: Uint8Array, { date, attachments = {} }: ConvertRequest): Promise<Uint8Array> {
  const pdf = await PDFDocument.load(printed, { updateMetadata: false });
  const when = new Date(date);
  for (const [name, { content, mediaType }] of Object.entries(attachments)) {
    const dates = { creationDate: when, modificationDate: when };
    await pdf.attach(content, name, { mimeType: mediaType, afRelationship: AFRelationship.Source, ...dates });
  }
  pdf.setCreationDate(when);
  pdf.setModificationDate(when);
  pdf.setProducer('DIVOC');
  pdf.setCreator('DIVOC');
  return pdf.save({ useObjectStreams: false, addDefaultPage: false, updateFieldAppearances: false });
}
