import { directionOf, type Rendering } from '@divoc/core/api';
import { filled, type MessageText } from './message-texts.js';

export interface MailParts {
  readonly from: { readonly address: string; readonly name: string };
  readonly replyTo?: string;
  readonly to: string;
  readonly language: string;
  readonly text: MessageText;
  readonly number: string;
  readonly files: readonly Rendering[];
  /** Without angle brackets. */
  readonly messageId: string;
  readonly date: Date;
}

/** First strong isolate and its end: a name or a number keeps its own direction inside a text of the other one. */
const isolated = (text: string): string => `\u2068${text}\u2069`;

/** A message as nodemailer takes it: plain text and HTML that say the same, and the files. */
export function composeMail({ from, replyTo, to, language, text, number, files, messageId, date }: MailParts) {
  const direction = directionOf(language);
  const values = { issuer: from.name, number };
  const subject = filled(text.subject, (name) => values[name]);
  return {
    from,
    // As an object, so that nothing in it is taken for a second address.
    to: { name: '', address: to },
    ...(replyTo !== undefined && { replyTo: { name: '', address: replyTo } }),
    subject,
    text: `${filled(text.body, (name) => (direction === 'rtl' ? isolated(values[name]) : values[name]))}\n`,
    html: pageOf(language, direction, subject, text.body, (name) => values[name]),
    attachments: files.map(({ fileName, mediaType, body }) => ({ filename: fileName, contentType: mediaType, content: Buffer.from(body) })),
    messageId: `<${messageId}>`,
    date,
    headers: {
      'Content-Language': language,
      // RFC 3834: nobody's holiday notice is wanted.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    },
  };
}

function pageOf(language: string, direction: string, title: string, body: string, fill: (name: 'issuer' | 'number') => string): string {
  const marked = (name: 'issuer' | 'number') => `<bdi${name === 'number' ? ' dir="ltr"' : ''}>${escaped(fill(name))}</bdi>`;
  const paragraphs = escaped(body)
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${filled(paragraph.trim(), marked).replaceAll('\n', '<br>')}</p>`);
  return [
    `<!doctype html><html lang="${escaped(language)}" dir="${direction}">`,
    `<head><meta charset="utf-8"><title>${escaped(title)}</title></head>`,
    `<body dir="${direction}" style="font-family: sans-serif">`,
    ...paragraphs,
    '</body></html>',
  ].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
