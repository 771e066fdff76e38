import { Refusal } from '@divoc/core/api';

/** What a file may be called that is not UTF-8. A guess would be wrong for somebody's name, so none is made. */
const DECODERS: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  'utf-16': 'utf-16le',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
  'windows-1252': 'windows-1252',
  'iso-8859-1': 'windows-1252',
  latin1: 'windows-1252',
};
const MARKS: readonly (readonly [mark: readonly number[], decoder: string])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];
const WORKBOOKS = [
  [0x50, 0x4b, 0x03, 0x04],
  [0xd0, 0xcf, 0x11, 0xe0],
];

const startsWith = (bytes: Uint8Array, mark: readonly number[]): boolean => mark.every((byte, i) => bytes[i] === byte);

/**
 * The text of an uploaded file: by its byte order mark, else by the charset that the request names, else UTF-8.
 * Throws a Refusal (415, 422) that says how to save it differently.
 */
export function fileText(bytes: Uint8Array, contentType: string): string {
  if (WORKBOOKS.some((mark) => startsWith(bytes, mark))) {
    throw new Refusal(415, 'FILE_IS_WORKBOOK', 'This is a workbook of a spreadsheet program. Save it as "CSV UTF-8" and send that.');
  }
  const marked = MARKS.find(([mark]) => startsWith(bytes, mark));
  const text = decode(marked ? bytes.subarray(marked[0].length) : bytes, marked?.[1] ?? declared(contentType));
  if (text.includes('\u0000')) {
    throw new Refusal(422, 'FILE_NOT_TEXT', 'The file holds NUL characters: it is binary, or UTF-16 without a byte order mark.');
  }
  return text;
}

function declared(contentType: string): string {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1];
  const decoder = DECODERS[charset?.toLowerCase() ?? 'utf-8'];
  if (decoder !== undefined) return decoder;
  const known = Object.keys(DECODERS).join(', ');
  throw new Refusal(415, 'CHARSET_UNSUPPORTED', `The charset of the Content-Type is not known here; known are ${known}.`);
}

/**
 * 0x80 to 0x9F of Windows-1252, what is not assigned as U+FFFD. Node's own decoder of that name (20.19, 24) takes them for
 * control characters, as ISO-8859-1 has them.
 */
const WINDOWS_1252 = [...'€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ'];

function decode(bytes: Uint8Array, decoder: string): string {
  if (decoder === 'windows-1252') {
    const text = Buffer.from(bytes).toString('latin1');
    return text.replace(/[\u0080-\u009f]/g, (character) => WINDOWS_1252[character.charCodeAt(0) - 0x80] as string);
  }
  try {
    return new TextDecoder(decoder, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const advice = 'Save it as "CSV UTF-8", or say what it is: Content-Type: text/csv; charset=windows-1252.';
    throw new Refusal(422, 'FILE_NOT_DECODABLE', `The file is not ${decoder.toUpperCase()}. ${advice}`);
  }
}
