import { describe, expect, it } from 'vitest';
import { fileText } from '../src/file-text.js';

const text = 'name\nAndré – ශ්‍රී';
const utf16be = (value: string) => Buffer.from(value, 'utf16le').swap16();

describe('the text of a file', () => {
  it.each<[string, Uint8Array, string]>([
    ['UTF-8', Buffer.from(text), 'text/csv'],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${text}`), 'text/csv'],
    ['UTF-8, so called', Buffer.from(text), 'text/csv; charset=UTF-8'],
    ["UTF-16 with a byte order mark, Excel's Unicode text", Buffer.from(`\ufeff${text}`, 'utf16le'), 'text/csv'],
    ['UTF-16, the other way round', utf16be(`\ufeff${text}`), 'text/csv'],
    ['UTF-16 without a mark, but called so', Buffer.from(text, 'utf16le'), 'text/csv; charset="utf-16le"'],
    ['a byte order mark that contradicts the request', Buffer.from(`\ufeff${text}`, 'utf16le'), 'text/csv; charset=utf-8'],
  ])('is read as %s', (_name, bytes, type) => expect(fileText(bytes, type)).toBe(text));

  it.each(['windows-1252', 'ISO-8859-1', 'latin1'])('is read as %s when it is called so', (charset) => {
    expect(fileText(Buffer.from([0x41, 0x6e, 0x64, 0x72, 0xe9, 0x92]), `text/csv;charset=${charset}`)).toBe('André’');
  });

  it.each<[string, Uint8Array, string, number, string]>([
    ['Windows-1252 that nobody calls so', Buffer.from('André', 'latin1'), 'text/csv', 422, 'FILE_NOT_DECODABLE'],
    ['half a character at its end', Buffer.from('é').subarray(0, 1), 'text/csv', 422, 'FILE_NOT_DECODABLE'],
    ['UTF-16 without a mark', Buffer.from('name', 'utf16le'), 'text/csv', 422, 'FILE_NOT_TEXT'],
    ['an odd number of bytes of UTF-16', Buffer.from([0xff, 0xfe, 0x41]), 'text/csv', 422, 'FILE_NOT_DECODABLE'],
    ['a workbook', Buffer.from('PK\u0003\u0004rest'), 'application/vnd.ms-excel', 415, 'FILE_IS_WORKBOOK'],
    ['an old workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1]), 'application/vnd.ms-excel', 415, 'FILE_IS_WORKBOOK'],
    ['a charset that nobody here knows', Buffer.from('a'), 'text/csv; charset=ebcdic', 415, 'CHARSET_UNSUPPORTED'],
  ])('is refused: %s', (_name, bytes, type, status, code) => {
    expect(() => fileText(bytes, type)).toThrow(expect.objectContaining({ status, code }));
  });
});
