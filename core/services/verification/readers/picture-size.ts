import type { MediaKind } from './media-kind.js';

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** The size that a picture's header claims, or undefined when it has none. Read before a decoder may allocate memory for it. */
export function pictureSize(bytes: Uint8Array, kind: MediaKind): PictureSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const size = kind === 'png' ? sizeOfPng(view) : sizeOfJpeg(view);
    return size && size.width > 0 && size.height > 0 ? size : undefined;
  } catch {
    // A RangeError: the header goes on beyond the end of the file.
    return undefined;
  }
}

/** IHDR is the first chunk, always (ISO/IEC 15948, 5.6). */
function sizeOfPng(view: DataView): PictureSize | undefined {
  if (view.getUint32(12) !== 0x49484452) return undefined;
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** The first frame header, SOF0 to SOF15 (ITU-T T.81, B.2.2). */
function sizeOfJpeg(view: DataView): PictureSize | undefined {
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    // Fill bytes may stand before a marker.
    if (marker === 0xff) at += 1;
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    } else at += 2 + view.getUint16(at + 2);
  }
}
