import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DocumentConverter } from '../api/ports/document-converter.js';
import type { Contract } from './contract.js';

/** A converter from `text/html`. */
export interface DocumentConverterSubject {
  readonly converter: DocumentConverter;
  /** The text that a reader of the result sees. */
  readonly textOf: (document: Uint8Array) => string | Promise<string>;
  /** What the result carries with it, by name. */
  readonly attachmentsOf: (document: Uint8Array) => Readonly<Record<string, Uint8Array>> | Promise<Readonly<Record<string, Uint8Array>>>;
}

const DATE = Date.parse('2026-11-25T06:00:00Z');
const page = (body: string, head = '') =>
  Buffer.from(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Card</title>${head}</head><body>${body}</body></html>`);
const plain = (text: string) => text.replaceAll(/\s/g, '');

/** What every provider of `document-converter/0` from HTML keeps. */
export const documentConverterContract: Contract<DocumentConverterSubject> = {
  port: 'document-converter/0',
  promises: [
    {
      name: 'the result is of its media type and says what the document says',
      async holds({ converter, textOf }) {
        assert.equal(converter.from, 'text/html');
        const result = await converter.convert({ document: page('<p>Asha &lt;b&gt; Perera</p>'), date: DATE });
        if (converter.to === 'application/pdf') assert.equal(Buffer.from(result.subarray(0, 5)).toString('latin1'), '%PDF-');
        assert.ok(plain(await textOf(result)).includes('Asha<b>Perera'));
      },
    },
    {
      name: 'attachments come with it, byte for byte',
      async holds({ converter, attachmentsOf }) {
        const content = Buffer.from('{"name":"Ašha \u0000"}');
        const attachments = { 'certificate.json': { content, mediaType: 'application/json' } };
        const found = await attachmentsOf(await converter.convert({ document: page('x'), attachments, date: DATE }));
        assert.deepEqual(Object.keys(found), ['certificate.json']);
        assert.ok(content.equals(found['certificate.json'] as Uint8Array));
      },
    },
    {
      name: 'the same gives the same bytes',
      async holds({ converter }) {
        const attachments = { 'a.json': { content: Buffer.from('{}'), mediaType: 'application/json' } };
        const convert = () => converter.convert({ document: page('<h1>Card</h1><p>Asha</p>'), attachments, date: DATE });
        const first = await convert();
        // Longer than the second that most clocks of documents count in.
        await new Promise((later) => setTimeout(later, 1100));
        assert.ok(Buffer.from(first).equals(await convert()));
      },
    },
    {
      name: 'documents at the same time do not mix',
      async holds({ converter, textOf }) {
        const names = ['Asha', 'Bela', 'Chandra', 'Dilini'];
        const results = await Promise.all(names.map((name) => converter.convert({ document: page(`<p>${name}</p>`), date: DATE })));
        for (const [i, result] of results.entries()) {
          const text = await textOf(result);
          assert.deepEqual(
            names.filter((name) => text.includes(name)),
            [names[i]],
          );
        }
      },
    },
    {
      name: 'no script runs',
      async holds({ converter, textOf }) {
        const script = "document.getElementById('a').append('r' + 'an')";
        const body = `<p id="a">quiet</p><img src="data:," onerror="${script}"><svg onload="${script}"></svg><script>${script}</script>`;
        const text = plain(await textOf(await converter.convert({ document: page(body), date: DATE })));
        assert.ok(text.includes('quiet') && !text.includes('ran'));
      },
    },
    {
      name: 'nothing is taken in from the network or the machine',
      async holds({ converter, textOf }) {
        const asked: string[] = [];
        const server = createServer((request, response) => {
          asked.push(request.url ?? '');
          response.end('taken');
        });
        await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        const folder = mkdtempSync(join(tmpdir(), 'secret-'));
        const file = join(folder, 'secret.html');
        writeFileSync(file, '<p>taken</p>');
        try {
          const sources = [`${url}/frame`, pathToFileURL(file).href];
          const frames = sources.map((source) => `<iframe src="${source}"></iframe><object data="${source}"></object>`).join('');
          const head = `<link rel="stylesheet" href="${url}/style"><style>@import "${url}/import"; p { background: url(${url}/css) }</style>
            <meta http-equiv="refresh" content="0; url=${url}/refresh">`;
          const document = page(`<p>kept</p><img src="${url}/picture">${frames}`, head);
          // To refuse such a document is as good as to leave it out.
          const result = await converter.convert({ document, date: DATE }).catch(() => undefined);
          assert.ok(result === undefined || !(await textOf(result)).includes('taken'));
          assert.deepEqual(asked, []);
        } finally {
          server.closeAllConnections();
          server.close();
          rmSync(folder, { recursive: true, force: true });
        }
      },
    },
  ],
};
