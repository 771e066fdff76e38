import { Refusal, type RenderRequest, type TemplateEngine } from '@divoc/core/api';
import type { CompilerProcess } from './compiler-process.js';
import { TypstError, withoutValues } from './typst-error.js';

/** PDF/UA forbids boxes in place of letters, so Typst says this whenever no font has a letter. */
const MISSING_LETTER = /could not be displayed with font/;

export function typstEngine(compiler: CompilerProcess): TemplateEngine {
  return {
    mediaType: 'application/pdf',
    extension: '.typ',
    async render({ template, data, files = {}, date }: RenderRequest) {
      const reply = await compiler.compile({ template, data: JSON.stringify(data), files, date: Math.floor(date / 1000) });
      if ('pdf' in reply) return reply.pdf;
      const { message, path = template, line } = reply.error;
      if (MISSING_LETTER.test(message)) {
        throw new Refusal(
          503,
          'FONT_MISSING',
          'The document has letters that no font here can draw; use the page or the credential instead.',
        );
      }
      throw new TypstError(path, line, withoutValues(message, { template, data }));
    },
  };
}
