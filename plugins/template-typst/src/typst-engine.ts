import { basename } from 'node:path';
import { Refusal, type RenderRequest, type TemplateEngine } from '@divoc/core/api';
import type { CompilerProcess } from './compiler-process.js';
import { hasMissingLetters } from './fonts.js';

/** A template that cannot be rendered: where, and why, without a value of its data. */
export class TypstError extends Error {
  readonly code = 'TEMPLATE_TYPST';
  constructor(message: string) {
    super(message);
    this.name = 'TypstError';
  }
}

export function typstEngine(compiler: CompilerProcess): TemplateEngine {
  return {
    mediaType: 'application/pdf',
    extension: '.typ',
    async render({ template, data, files = {}, date }: RenderRequest) {
      const values = textsIn(data);
      if (values.some(hasMissingLetters)) {
        throw new Refusal(
          503,
          'FONT_MISSING',
          'The document has letters that no font here can draw; use the page or the credential instead.',
        );
      }
      const reply = await compiler.compile({ template, data: JSON.stringify(data), files, date: Math.floor(date / 1000) });
      if ('pdf' in reply) return reply.pdf;
      const { message, path = template, line } = reply.error;
      throw new TypstError(`${basename(path)}${line === undefined ? '' : `:${line}`}: ${masked(message, values)}`);
    },
  };
}

/** Typst quotes what it could not use ("invalid integer: …"). */
function masked(message: string, values: readonly string[]): string {
  let text = message;
  for (const value of values.filter(({ length }) => length > 2).sort((a, b) => b.length - a.length)) text = text.replaceAll(value, '…');
  return text;
}

function textsIn(node: unknown): string[] {
  if (typeof node === 'string') return [node];
  return typeof node === 'object' && node !== null ? Object.values(node).flatMap(textsIn) : [];
}
