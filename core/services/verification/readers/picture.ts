import type { FileInput } from './file-input.js';
import type { MediaKind } from './media-kind.js';
import { pictureSize } from './picture-size.js';
import { isBoundedPng } from './png-content.js';
import { oneContent, qrCodesIn } from './qr-codes.js';

/** A page scanned at 600 dpi has 35 million; a telephone's picture 12. */
const MAX_PIXELS = 40_000_000;

/** The content of the one QR code in a PNG or JPEG picture. Never throws for a bad picture. */
export async function readPicture(bytes: Uint8Array, kind: MediaKind): Promise<FileInput> {
  const size = pictureSize(bytes, kind);
  if (!size) return { failure: 'PICTURE_UNREADABLE' };
  if (size.width * size.height > MAX_PIXELS) return { failure: 'PICTURE_TOO_LARGE' };
  if (kind === 'png' && !isBoundedPng(bytes, size.width, size.height)) return { failure: 'PICTURE_UNREADABLE' };
  try {
    // The library's own decoder runs in WebAssembly, where damage cannot spread.
    return oneContent(await qrCodesIn(bytes)) ?? { failure: 'QR_MISSING' };
  } catch {
    return { failure: 'PICTURE_UNREADABLE' };
  }
}
