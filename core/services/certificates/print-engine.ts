import type { DocumentConverter, RenderRequest, TemplateEngine } from '../../api/index.js';

export const PDF = 'application/pdf';

/** The engine, if it makes PDF documents, else the engine with a converter behind it; undefined where there is neither. */
export function printEngine(engine: TemplateEngine, converters: readonly DocumentConverter[]): TemplateEngine | undefined {
  if (engine.mediaType === PDF) return engine;
  const converter = converters.find(({ from, to }) => from === engine.mediaType && to === PDF);
  if (!converter) return undefined;
  return {
    mediaType: PDF,
    extension: engine.extension,
    async render(request: RenderRequest) {
      const document = await engine.render(request);
      // Typst's templates attach the credential themselves; of a page nobody could ask that.
      const content = request.files?.['certificate.json'];
      const attachments = content ? { 'certificate.json': { content, mediaType: 'application/json' } } : {};
      return converter.convert({ document, attachments, date: request.date });
    },
  };
}
