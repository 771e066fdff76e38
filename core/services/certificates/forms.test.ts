import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { decodeDivocZip } from '../../api/divoc-zip.js';
import type { CredentialFormat, Wanted } from '../../api/index.js';
import { decodePixelPass } from '../../internal/pixelpass.js';
import { databaseFile } from '../../store/store.fixture.js';
import { plainFormat } from '../../testkit/plain-format.js';
import { type House, ID, openHouse, requestOf, SUBJECT } from './certificates.fixture.js';

const wasm = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
prepareZXingModule({ overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) as ArrayBuffer } });

/** The credential of a certificate as it is given out. */
async function credentialOf({ port }: House, wanted: Wanted = {}, id = ID(1)): Promise<{ plain: string; claims: { id: string } }> {
  const rendering = await port.render(id, { mediaType: 'application/vc', ...wanted });
  return JSON.parse(Buffer.from(rendering?.body ?? []).toString());
}

async function scanned({ port }: House, wanted: Wanted = {}): Promise<{ bytes: Uint8Array; text: string }> {
  const rendering = await port.render(ID(1), { mediaType: 'image/png', ...wanted });
  const [code] = await readBarcodes(rendering?.body as Uint8Array, { formats: ['QRCode'] });
  return code ?? { bytes: new Uint8Array(), text: '' };
}

describe('a certificate in several forms', () => {
  it('is one certificate: one id, one number, one entry in the audit log, which names them', async () => {
    const house = await openHouse();
    const request = await requestOf(house, 1);
    const issued = await house.port.issue(request);
    expect(await house.port.issue(request)).toEqual(issued);
    expect([await house.count('certificate'), await house.count('certificate_form'), house.signer.signed]).toEqual([1, 1, 2]);
    const entries = await house.store.storage.knex('audit_entry').orderBy('seq').select('action', 'detail');
    expect(entries.map(({ action, detail }) => [action, JSON.parse(detail).forms])).toEqual([
      ['certificate.intended', ['first', 'second']],
      ['certificate.issued', ['first', 'second']],
    ]);
    const [first, second] = [await credentialOf(house), await credentialOf(house, { form: 'second' })];
    expect([first.plain, second.plain]).toEqual(['first', 'second']);
    expect(second.claims).toEqual(first.claims);
    expect(await house.port.find(ID(1))).toMatchObject({ number: issued.number, credential: first, status: { state: 'active' } });
  });

  it('is had in the form that is asked for, by name or media type', async () => {
    const house = await openHouse();
    await house.port.issue(await requestOf(house, 1));
    for (const [form, plain] of [
      [undefined, 'first'],
      ['first', 'first'],
      ['second', 'second'],
      ['application/second', 'second'],
    ] as const) {
      expect((await credentialOf(house, form === undefined ? {} : { form })).plain).toBe(plain);
    }
    const refusal = { status: 406, code: 'FORM_UNKNOWN', message: 'The certificate was issued as first, second.' };
    for (const form of ['third', 'toString', '']) await expect(credentialOf(house, { form })).rejects.toMatchObject(refusal);
    const request = { params: { id: ID(1) }, actor: { id: 'nurse', roles: [], scopes: [] }, headers: { accept: 'application/vc' } };
    const reply = await house.call('read', { ...request, query: { form: 'second' } });
    expect([reply.status, JSON.parse(String(reply.body)).plain, reply.headers?.['certificate-status']]).toEqual([200, 'second', 'active']);
    await expect(house.call('read', { ...request, query: { form: 'third' } })).rejects.toMatchObject(refusal);
  });

  it('is issued in those that the settings or the request name, in their order', async () => {
    const house = await openHouse({ settings: { formats: ['second'] } });
    await house.port.issue(await requestOf(house, 1));
    await house.port.issue(await requestOf(house, 2, { formats: ['first', 'second'] }));
    expect((await credentialOf(house)).plain).toBe('second');
    await expect(credentialOf(house, { form: 'first' })).rejects.toMatchObject({ code: 'FORM_UNKNOWN' });
    expect([(await credentialOf(house, {}, ID(2))).plain, (await credentialOf(house, { form: 'second' }, ID(2))).plain]).toEqual([
      'first',
      'second',
    ]);
    for (const formats of [['third'], []]) {
      const request = await requestOf(house, 3);
      await expect(house.port.issue({ ...request, formats })).rejects.toThrow('format');
    }
    expect(await house.count('certificate_intent')).toBe(2);
  });

  it('keeps its forms when instances are renamed, and loses none when one is removed', async () => {
    const [file, formats] = [databaseFile(), { first: plainFormat('first'), second: plainFormat('second') }];
    const before = await openHouse({ file, formats });
    await before.port.issue(await requestOf(before, 1));
    const after = await openHouse({ file, formats: { renamed: formats.second } });
    expect((await credentialOf(after)).plain).toBe('first');
    for (const form of ['second', 'renamed', 'application/second']) expect((await credentialOf(after, { form })).plain).toBe('second');
  });

  it('is not issued without a format, or with one that nobody has', async () => {
    await expect(openHouse({ formats: {} })).rejects.toThrow('needs a credential-format/0');
    await expect(openHouse({ settings: { formats: ['third'] } })).rejects.toThrow('third is not in the manifest');
    const zipOnly: CredentialFormat = { ...plainFormat('first'), qrForms: ['zip'] };
    await expect(openHouse({ formats: { first: zipOnly }, settings: { qr: 'pixelpass' } })).rejects.toThrow(
      'no credential format here has QR codes as pixelpass',
    );
  });

  it('is never signed when its subject does not fit its type, whatever the format says', async () => {
    const house = await openHouse();
    const request = await requestOf(house, 1);
    await expect(house.port.issue({ ...request, subject: { ...SUBJECT, colour: 'red' } })).rejects.toThrow('does not fit its type');
    expect(house.signer.signed).toBe(0);
  });
});

describe('the QR code', () => {
  it('is what the settings say, in formats that have it', async () => {
    const zip = await openHouse();
    await zip.port.issue(await requestOf(zip, 1));
    expect(JSON.parse(Buffer.from(decodeDivocZip((await scanned(zip)).bytes) ?? []).toString())).toEqual(await credentialOf(zip));

    const zipOnly: CredentialFormat = { ...plainFormat('second'), qrForms: ['zip'] };
    const house = await openHouse({ settings: { qr: 'pixelpass' }, formats: { first: plainFormat('first'), second: zipOnly } });
    await house.port.issue(await requestOf(house, 1));
    expect(decodePixelPass((await scanned(house)).text)).toEqual({ document: await credentialOf(house) });
    const other = await scanned(house, { form: 'second' });
    expect(JSON.parse(Buffer.from(decodeDivocZip(other.bytes) ?? []).toString())).toEqual(await credentialOf(house, { form: 'second' }));
  });

  it('holds a credential that is a text as it stands, when that form is asked for', async () => {
    const { prepare, seal } = plainFormat('second');
    const textOf = (credential: unknown) => `TEXT:${Buffer.from(JSON.stringify(credential)).toString('hex').toUpperCase()}`;
    const textual: CredentialFormat = {
      ...plainFormat('second'),
      qrForms: ['text'],
      prepare: (intent) => textOf(prepare(intent)),
      seal: async (intent, sign) => textOf(await seal(intent, sign)),
      recognises: (document) => String(document).startsWith('TEXT:'),
    };
    const house = await openHouse({ formats: { first: plainFormat('first'), second: textual } });
    await house.port.issue(await requestOf(house, 1));
    const text = await credentialOf(house, { form: 'second' });
    expect(text).toMatch(/^TEXT:[0-9A-F]+$/);
    expect((await scanned(house, { form: 'second' })).text).toBe(text);
    expect(JSON.parse(Buffer.from(decodeDivocZip((await scanned(house)).bytes) ?? []).toString())).toEqual(await credentialOf(house));
  });

  it('is missing of a form for wallets, which may be larger and is had as JSON beside what is printed', async () => {
    const large = 'x'.repeat(4_000);
    const wallet: CredentialFormat = {
      ...plainFormat('second'),
      qrForms: [],
      prepare: () => large,
      seal: async () => large,
      recognises: (document) => document === large,
    };
    const house = await openHouse({ formats: { first: plainFormat('first'), second: wallet } });
    const { id } = await house.port.issue(await requestOf(house, 1));
    expect(await credentialOf(house, { form: 'second' })).toBe(large);
    for (const mediaType of ['application/pdf', 'image/png'])
      await expect(house.port.render(id, { form: 'second', mediaType })).rejects.toMatchObject({ status: 406, code: 'NOT_ACCEPTABLE' });
    expect((await house.port.render(id, { mediaType: 'image/png' }))?.body.length).toBeGreaterThan(100);
  });

  it.each(['zip', 'pixelpass'])('is found to be too large before anything is recorded, and never after: %s', async (qr) => {
    const noise = randomBytes(2_000).toString('base64');
    /** A record of about so many characters that cannot be compressed. */
    const subject = (length: number) => ({
      ...SUBJECT,
      patient: { ...SUBJECT.patient, name: noise.slice(0, Math.min(length, 250)) },
      manufacturer: noise.slice(250, Math.max(251, Math.min(length, 500))),
      facility: { ...SUBJECT.facility, name: noise.slice(500, Math.max(501, Math.min(length, 750))) },
      performer: { name: noise.slice(750, Math.max(751, Math.min(length, 1_000))) },
    });
    const house = await openHouse({ settings: { qr } });
    let [fits, isTooLarge] = [1, 1_000];
    while (isTooLarge - fits > 1) {
      const length = Math.floor((fits + isTooLarge) / 2);
      const fault = await house.port.check(subject(length)).catch((error) => error);
      if (fault instanceof Error) {
        expect(fault).toMatchObject({ status: 422, code: 'CERTIFICATE_TOO_LARGE', errors: [{ code: 'FIELD_TOO_LONG' }, {}, {}] });
        expect(JSON.stringify(fault)).not.toContain(noise.slice(0, 20));
        isTooLarge = length;
      } else fits = length;
    }
    expect(fits).toBeGreaterThan(100);
    for (let n = 1; n <= 5; n += 1) {
      await house.port.issue(await requestOf(house, n, { subject: subject(fits) }));
      for (const form of ['first', 'second'])
        expect((await house.port.render(ID(n), { mediaType: 'image/svg+xml', form }))?.body.length).toBeGreaterThan(0);
    }
  });
});
