/** What a file begins like. Everything that is neither a picture nor a PDF is read as the content of a QR code. */
export type MediaKind = 'png' | 'jpeg' | 'pdf' | 'content';

const BEGINNINGS: readonly (readonly [MediaKind, string])[] = [
  ['png', '\x89PNG\r\n\x1a\n'],
  ['jpeg', '\xff\xd8\xff'],
  // PDF readers look further into the file for this; a file that needs it is two files in one.
  ['pdf', '%PDF-'],
];

export function mediaKind(bytes: Uint8Array): MediaKind {
  const start = Buffer.from(bytes.subarray(0, 8)).toString('latin1');
  return BEGINNINGS.find(([, magic]) => start.startsWith(magic))?.[0] ?? 'content';
}
