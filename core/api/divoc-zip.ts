import { type UnzipFileInfo, unzipSync, zipSync } from 'fflate';
import { crc32 } from './crc32.js';

const NAME = 'certificate.json';
/** A credential has about 2 KiB. Whatever inflates to more than this is a bomb. */
const MAX_INFLATED = 262_144;
/** The largest QR code holds less than 3 KiB. */
const MAX_ZIP = 16_384;
/** `PK\5\6` */
const END_OF_DIRECTORY = 0x504b0506;

/** DIVOC's QR content: a zip with the one file `certificate.json`. The same credential gives the same bytes. */
export function encodeDivocZip(credential: unknown): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(credential));
  // Zip knows local time only: the same local date gives the same bytes in every zone.
  return zipSync({ [NAME]: json }, { level: 9, mtime: new Date(1980, 0, 1) });
}

/** True for the first two bytes of a zip's local header. */
export function looksLikeZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04;
}

/** The bytes of `certificate.json`, or undefined when this is not one bounded file of that name. */
export function decodeDivocZip(zip: Uint8Array): Uint8Array | undefined {
  if (zip.length > MAX_ZIP) return undefined;
  let entries = 0;
  try {
    const files = unzipSync(zip, {
      // Sizes are the directory's word; fflate inflates into a buffer of that size and cannot grow it.
      filter: (entry: UnzipFileInfo) => {
        entries += 1;
        const { size, originalSize, name } = entry;
        if (entries > 1 || name !== NAME || size > zip.length || originalSize > MAX_INFLATED) throw new RangeError('not a DIVOC zip');
        return true;
      },
    });
    const json = files[NAME];
    return json && json.length > 0 && crc32(json) === declaredCrc(zip) ? json : undefined;
  } catch {
    return undefined;
  }
}

/**
 * CRC-32 of the only entry, from the central directory (APPNOTE 4.3.12).
 *
 * fflate does not check it: content cut at a false size, or damaged in print, would pass as something else.
 */
function declaredCrc(zip: Uint8Array): number {
  const bytes = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  let end = zip.length - 22;
  while (end > 0 && bytes.getUint32(end) !== END_OF_DIRECTORY) end -= 1;
  return bytes.getUint32(bytes.getUint32(end + 16, true) + 16, true);
}
