import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ConvertRequest, DocumentConverter } from '../../api/ports/document-converter.js';
import type { DocumentConverterSubject } from '../document-converter-contract.js';

interface Habits {
  readonly text?: (html: string) => string | Promise<string>;
  readonly attachments?: (given: NonNullable<ConvertRequest['attachments']>) => NonNullable<ConvertRequest['attachments']>;
  readonly end?: (result: object) => object;
  readonly share?: boolean;
}

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>' };
const textIn = (html: string): string =>
  html
    .replaceAll(/<(head|script|style)\b.*?<\/\1>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&[lg]t;/g, (entity) => ENTITIES[entity] ?? '');

/** HTML to JSON that holds its text and the attachments. With its habits left as they are it keeps every promise. */
export function plainConverter({
  text = textIn,
  attachments = (given) => given,
  end = (result) => result,
  share = false,
}: Habits = {}): DocumentConverter {
  let shared = '';
  return {
    from: 'text/html',
    to: 'application/json',
    async convert({ document, attachments: given = {} }) {
      shared = Buffer.from(document).toString('utf8');
      const html = shared;
      await pause(1);
      const carried = Object.entries(attachments(given)).map(([name, { content }]) => [name, Buffer.from(content).toString('base64')]);
      return Buffer.from(JSON.stringify(end({ text: await text(share ? shared : html), carried: Object.fromEntries(carried) })));
    },
  };
}

export const plainConverterSubject = (converter: DocumentConverter): DocumentConverterSubject => {
  const read = (document: Uint8Array) =>
    JSON.parse(Buffer.from(document).toString('utf8')) as { text: string; carried: Record<string, string> };
  return {
    converter,
    textOf: (document) => read(document).text,
    attachmentsOf: (document) =>
      Object.fromEntries(Object.entries(read(document).carried).map(([name, content]) => [name, Buffer.from(content, 'base64')])),
  };
};

/** What a browser without rules would do with the first frame of a file. */
async function withFrames(html: string): Promise<string> {
  const file = /<iframe src="(file:[^"]+)"/.exec(html)?.[1];
  return textIn(html) + (file === undefined ? '' : textIn(readFileSync(fileURLToPath(file), 'utf8')));
}

let turn = 0;
/** Converters that each break one promise, by its name. */
export const brokenDocumentConverters: Readonly<Record<string, () => DocumentConverter>> = {
  'the result is of its media type and says what the document says': () =>
    plainConverter({ text: (html) => textIn(html).replaceAll('<', '') }),
  'attachments come with it, byte for byte': () =>
    plainConverter({
      attachments: (given) =>
        Object.fromEntries(
          Object.entries(given).map(([name, { content, mediaType }]) => [
            name,
            { mediaType, content: Buffer.from(Buffer.from(content).toString('latin1')) },
          ]),
        ),
    }),
  'the same gives the same bytes': () => plainConverter({ end: (result) => ({ ...result, turn: turn++ }) }),
  'documents at the same time do not mix': () => plainConverter({ share: true }),
  'no script runs': () => plainConverter({ text: (html) => textIn(html) + (html.includes('<script>') ? ' ran' : '') }),
  'nothing is taken in from the network or the machine': () => plainConverter({ text: withFrames }),
};
