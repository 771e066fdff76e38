import { inflateSync } from 'node:zlib';

/** Samples of a pixel by colour type (ISO/IEC 15948, 11.2.1). */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/**
 * True when a PNG's content inflates to no more than its header promises.
 *
 * The decoder makes room for whatever comes out, and a megabyte of zeros inflates to a gigabyte.
 */
export function isBoundedPng(bytes: Uint8Array, width: number, height: number): boolean {
  const bitsPerPixel = (bytes[24] ?? 0) * (CHANNELS[bytes[25] ?? -1] ?? 0);
  // A filter byte a row, and up to twice as many rows with a byte to round up when it is interlaced.
  const maxOutputLength = height * (Math.ceil((width * bitsPerPixel) / 8) + 4) + 64;
  try {
    inflateSync(Buffer.concat([...imageData(bytes)]), { maxOutputLength });
    return bitsPerPixel > 0;
  } catch {
    return false;
  }
}

/** The content of the IDAT chunks up to the end of the picture. */
function* imageData(bytes: Uint8Array): Generator<Uint8Array> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= view.length; ) {
    const length = view.readUInt32BE(at);
    const type = view.toString('latin1', at + 4, at + 8);
    if (type === 'IEND') return;
    if (type === 'IDAT') yield view.subarray(at + 8, at + 8 + length);
    at += 12 + length;
  }
}
