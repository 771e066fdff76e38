import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { RenderRequest } from '@divoc/core/api';

/** A document that cannot be made: which template, where it is known which line, and why, without a value of its data. */
export class TypstError extends Error {
  readonly code = 'TEMPLATE_TYPST';
  constructor(template: string, line: number | undefined, reason: string) {
    super(`${basename(template)}${line === undefined ? '' : `:${line}`}: ${reason}`);
    this.name = 'TypstError';
  }
}

/** Typst names folders of the server, and options of a program that nobody runs here. */
const ASIDES = / ?\(searched at [^)]*\)|, hints?: .*$/gs;
const QUOTED = /(["`])(.*?)\1/gs;
const HEAD_AND_REST = /^([^:]*): (.+)$/s;

/**
 * What Typst says, without the data that it quotes ("invalid integer: Bhaya", `panicked with: "Bha"`).
 *
 * Data may be quoted whole, in part or in capitals; so what is quoted stays only where it is written in the template.
 */
export function withoutValues(message: string, { template, data }: Pick<RenderRequest, 'template' | 'data'>): string {
  const written = sourcesIn(dirname(template));
  const isWritten = (text: string) => written.includes(text.replace(/^[<"]|[>"]$/g, '').toLowerCase());
  let text = message.replace(ASIDES, '');
  for (const value of textsIn(data).sort((a, b) => b.length - a.length)) text = text.replaceAll(value, '…');
  text = text.replace(QUOTED, (all, mark: string, quoted: string) => (isWritten(quoted) ? all : `${mark}…${mark}`));
  const [, head = '', rest = ''] = HEAD_AND_REST.exec(text) ?? [];
  return rest === '' || head.startsWith('PDF/') || isWritten(rest) ? text : `${head}: …`;
}

function sourcesIn(folder: string): string {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.typ'));
  return names
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n')
    .toLowerCase();
}

/** Letters and words shorter than three would be found in every sentence. */
function textsIn(node: unknown): string[] {
  if (typeof node === 'string') return node.length > 2 ? [node] : [];
  return typeof node === 'object' && node !== null ? Object.values(node).flatMap(textsIn) : [];
}
