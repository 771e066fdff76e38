import type { Verdict, VerdictStatus } from '../api/index.js';

/** All reasons found before any format is asked: the word of the verdict, and what to tell people. */
const FAILURES = {
  INPUT_TOO_LARGE: ['INVALID_ENCODING', 'The input is larger than any certificate (256 KiB).'],
  INPUT_NOT_TEXT: ['INVALID_ENCODING', 'The bytes are neither UTF-8 text nor a zip.'],
  INPUT_NOT_JSON: ['INVALID_ENCODING', 'The text is not well-formed JSON.'],
  INPUT_KEY_TWICE: ['INVALID_ENCODING', 'The JSON names a member twice, so that readers may disagree on what it says.'],
  INPUT_BASE64_INVALID: ['INVALID_ENCODING', "The text after 'B64:' is not base64."],
  INPUT_ZIP_INVALID: ['INVALID_COMPRESSION', "The zip is damaged, too large, or does not hold one file 'certificate.json'."],
  INPUT_BASE45_INVALID: ['INVALID_ENCODING', 'The text begins like a PixelPass code, and is not Base45 throughout or far too long.'],
  INPUT_ZLIB_INVALID: ['INVALID_COMPRESSION', 'The content of the PixelPass code is damaged, cut, or too large.'],
  INPUT_CBOR_INVALID: ['INVALID_ENCODING', 'The PixelPass code holds neither JSON in CBOR nor text.'],
  ENVELOPE_MALFORMED: [
    'INVALID_ENCODING',
    'The envelope is not written as VC 2.0 has it: context, type and a data: URL of its kind of text, and nothing that is not signed.',
  ],
  FILE_TOO_LARGE: ['INVALID_ENCODING', 'The file is larger than any certificate (16 MiB).'],
  FILE_UNREADABLE: ['INVALID_ENCODING', 'The file is damaged, or takes more time or memory to read than any certificate.'],
  PICTURE_TOO_LARGE: ['INVALID_ENCODING', 'The picture has more than 40 million pixels.'],
  PICTURE_UNREADABLE: ['INVALID_ENCODING', 'The file begins like a PNG or JPEG picture and is none, or is damaged.'],
  QR_MISSING: ['INVALID_ENCODING', 'There is no readable QR code in the picture.'],
  QR_AMBIGUOUS: ['INVALID_ENCODING', 'There are several different QR codes, and nothing says which of them is meant.'],
  PDF_UNREADABLE: ['INVALID_ENCODING', 'The PDF is damaged, or needs a password.'],
  PDF_TOO_LONG: ['INVALID_ENCODING', 'The PDF has more than 4 pages, and no verdict is given on a part of it.'],
  PDF_EMPTY: ['INVALID_ENCODING', 'The PDF has neither a credential attached nor a readable QR code on its pages.'],
  PDF_ATTACHMENTS_AMBIGUOUS: ['INVALID_ENCODING', 'The PDF has several credentials attached, and nothing says which of them is meant.'],
  PDF_PARTS_DIFFER: ['INVALID_ENCODING', 'The credential attached to the PDF is not the one of the QR code on its pages.'],
} as const satisfies Readonly<Record<string, readonly [VerdictStatus, string]>>;

export type InputFailure = keyof typeof FAILURES;

/** In English, by code. */
export const INPUT_TEXTS = Object.fromEntries(Object.entries(FAILURES).map(([code, [, text]]) => [code, text])) as Readonly<
  Record<InputFailure, string>
>;

export const UNCHECKED: Verdict['answers'] = {
  encoding: 'not-checked',
  format: 'not-checked',
  key: 'not-checked',
  signature: 'not-checked',
  status: 'not-checked',
  rules: 'not-checked',
};

/** The verdict on what could not be read. */
export function unreadable(failure: InputFailure): Verdict {
  const [status, text] = FAILURES[failure];
  return { status, answers: { ...UNCHECKED, encoding: 'fail' }, reasons: [{ code: failure, text }] };
}
