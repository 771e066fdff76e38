import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { encodeDivocZip } from '../api/divoc-zip.js';
import { encodePixelPass } from '../internal/pixelpass.js';
import { readInput } from './read-input.js';

const vectors = join(process.env.DIVOC_VECTORS ?? '../shared/vectors', 'divoc');
const utf8 = (text: string) => new TextEncoder().encode(text);
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

describe('DIVOC codes in print', () => {
  it('are here to be read', () => {
    expect(existsSync(vectors), `the test vectors are missing at ${vectors}; set DIVOC_VECTORS to their folder`).toBe(true);
  });

  it.each(['rsa-v1', 'rsa-v2', 'ed25519-v1'])('%s gives its certificate in each form', (name) => {
    const certificate = JSON.parse(readFileSync(join(vectors, 'certificates', `${name}.json`), 'utf8'));
    const raw = readFileSync(join(vectors, 'qr', `${name}.raw.bin`));
    const text = readFileSync(join(vectors, 'qr', `${name}.utf8.bin`));
    const base64 = readFileSync(join(vectors, 'qr', `${name}.b64.txt`));
    for (const input of [raw, text, base64, latin1(raw), text.toString('utf8'), base64.toString('utf8'), new Uint8Array(raw)]) {
      expect(readInput(input)).toEqual({ document: certificate });
    }
  });

  it('are all tried above', () => {
    const forms = ['rsa-v1', 'rsa-v2', 'ed25519-v1'].flatMap((name) => ['raw.bin', 'utf8.bin', 'b64.txt'].map((form) => `${name}.${form}`));
    expect(readdirSync(join(vectors, 'qr')).sort()).toEqual([...forms, 'rsa-v1.plain.txt'].sort());
  });

  it('plain text gives it too', () => {
    const certificate = JSON.parse(readFileSync(join(vectors, 'certificates', 'rsa-v1.json'), 'utf8'));
    expect(readInput(readFileSync(join(vectors, 'qr', 'rsa-v1.plain.txt')))).toEqual({ document: certificate });
  });
});

describe('encodeDivocZip', () => {
  const credential = { id: 'urn:uuid:1', name: 'मित्र' };

  it('comes back in all forms', () => {
    const zip = encodeDivocZip(credential);
    const forms = [
      zip,
      latin1(zip),
      utf8(latin1(zip)),
      `B64:${Buffer.from(zip).toString('base64')}`,
      JSON.stringify(credential),
      utf8(JSON.stringify(credential)),
      credential,
    ];
    for (const form of forms) expect(readInput(form)).toEqual({ document: credential });
  });

  it('gives the same bytes in every zone', () => {
    const zone = process.env.TZ;
    const made = ['UTC', 'Asia/Kolkata', 'America/Los_Angeles', 'Pacific/Kiritimati'].map((name) => {
      process.env.TZ = name;
      return Buffer.from(encodeDivocZip(credential)).toString('hex');
    });
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
    expect(new Set(made).size).toBe(1);
  });
});

describe('PixelPass', () => {
  const credential = { id: 'urn:uuid:1', name: 'मित्र', list: [1, 1.5, true, null, {}] };

  it('comes back as text, as bytes, and with the line feed that a file ends with', () => {
    const text = encodePixelPass(credential);
    for (const form of [text, `${text}\n`, `${text}\r\n`, utf8(text), utf8(`${text}\n`)])
      expect(readInput(form)).toEqual({ document: credential });
  });

  it('may hold JSON text, as the library writes what is no JSON value', () => {
    expect(readInput(encodePixelPass('{"a":1}'))).toEqual({ document: { a: 1 } });
    expect(readInput(encodePixelPass('{"a":1,"a":2}'))).toEqual({ failure: 'INPUT_KEY_TWICE' });
    expect(readInput(encodePixelPass('hello'))).toEqual({ failure: 'INPUT_NOT_JSON' });
  });

  it.each<[string, (text: string) => string, string]>([
    ['cut by a group', (text) => text.slice(0, -3), 'INPUT_ZLIB_INVALID'],
    ['with a letter of no QR code', (text) => `${text.slice(0, -1)}x`, 'INPUT_BASE45_INVALID'],
    ['with a group more', (text) => `${text}000`, 'INPUT_ZLIB_INVALID'],
    ['with a space at its end', (text) => `${text} `, 'INPUT_BASE45_INVALID'],
    ['in lower case', (text) => text.toLowerCase(), 'INPUT_NOT_JSON'],
  ])('is refused %s', (_what, damage, failure) => {
    const text = Array.from({ length: 9 }, (_, n) => encodePixelPass({ n, filler: 'abc'.repeat(80) })).find(
      ({ length }) => length % 3 === 0,
    );
    expect(readInput(damage(text as string))).toEqual({ failure });
  });

  it('is not what a number is', () => {
    expect(readInput('1234567890')).toEqual({ document: 1_234_567_890 });
  });
});

describe('what is refused', () => {
  const json = utf8('{"a":1}');
  const zipOf = (files: Record<string, Uint8Array>) => zipSync(files);
  /** A zip whose headers claim another inflated size. */
  function lying(content: Uint8Array, claimed: number): Uint8Array {
    const zip = Buffer.from(zipOf({ 'certificate.json': content }));
    zip.writeUInt32LE(claimed, 22);
    zip.writeUInt32LE(claimed, zip.indexOf(Buffer.from('PK\u0001\u0002', 'latin1')) + 24);
    return zip;
  }

  const flipped = (zip: Uint8Array, offset: number) => zip.map((byte, index) => (index === offset ? byte ^ 0x40 : byte));

  it.each<[string, unknown]>([
    ['another name', zipOf({ 'other.json': json })],
    ['a path', zipOf({ '../certificate.json': json })],
    ['two files', zipOf({ 'certificate.json': json, 'b.json': json })],
    ['an empty file', zipOf({ 'certificate.json': new Uint8Array() })],
    ['a bomb that says so', zipOf({ 'certificate.json': new Uint8Array(50_000_000) })],
    ['a bomb that does not', lying(new Uint8Array(30_000_000), 100)],
    ['a cut zip', encodeDivocZip({ a: 1 }).slice(0, 60)],
    ['content cut at a false size', lying(json, 5)],
    ['one bit in print', flipped(encodeDivocZip({ a: 'bcdefghijklm' }), 46)],
    ['garbage after the magic', Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), Buffer.alloc(200, 255)])],
    ['text that no Latin-1 is', 'PK\u0003\u0004\u0950'],
    ['base64 that holds no zip', 'B64:e30='],
  ])('as compression: %s', (_, input) => {
    const before = process.memoryUsage().arrayBuffers;
    const read = readInput(input);
    expect(read).toEqual({ failure: 'INPUT_ZIP_INVALID' });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000);
  });

  it.each<[string, unknown, string]>([
    ['half of JSON', '{"a":', 'INPUT_NOT_JSON'],
    ['prose', 'hello', 'INPUT_NOT_JSON'],
    ['nothing', '', 'INPUT_NOT_JSON'],
    ['a key twice', '{"a":1,"a":2}', 'INPUT_KEY_TWICE'],
    ['a key twice inside a zip', zipOf({ 'certificate.json': utf8('{"a":1,"a":2}') }), 'INPUT_KEY_TWICE'],
    ['bytes that are no text', new Uint8Array([0xff, 0xfe, 0x00]), 'INPUT_NOT_TEXT'],
    ['bad base64', 'B64:####', 'INPUT_BASE64_INVALID'],
    ['too much text', ' '.repeat(300_000), 'INPUT_TOO_LARGE'],
    ['too many bytes', new Uint8Array(300_000), 'INPUT_TOO_LARGE'],
    ['too large an object', { a: ' '.repeat(300_000) }, 'INPUT_TOO_LARGE'],
  ])('as encoding: %s', (_, input, failure) => {
    expect(readInput(input)).toEqual({ failure });
  });
});
