import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PartContext, RenderRequest, TemplateEngine } from '@divoc/core/api';
import { getDocument, OPS } from 'pdfjs-dist/legacy/build/pdf.mjs';
import plugin from '../plugin.js';

export const date = Date.parse('2026-11-25T06:00:00Z');

/** The plugin, set up with short limits, and a place for templates. */
export async function startEngine() {
  const root = mkdtempSync(join(tmpdir(), 'typst-'));
  const logged: string[] = [];
  const log = { error: (_fields: object, message: string) => void logged.push(message) };
  const part = await plugin.setup({ config: { deadlineSeconds: 3, queue: 3 }, log } as unknown as PartContext<never>, {} as never);
  const engine = part.ports.engine as TemplateEngine;

  /** Writes a template into a folder of its own, as templates are. Its body starts on line 4. */
  const template = (body: string): string => {
    const file = join(mkdtempSync(join(root, 't-')), 'page.typ');
    writeFileSync(file, HEAD + body);
    return file;
  };
  return {
    root,
    logged,
    engine,
    template,
    render: (body: string, data: object = {}, more: Partial<RenderRequest> = {}) =>
      engine.render({ template: template(body), data: data as Record<string, unknown>, date, ...more }),
    stop: async () => {
      await part.stop?.();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

const HEAD =
  '#set document(title: "T")\n#let data = json(bytes(sys.inputs.data))\n#set text(font: ("Noto Sans", "Noto Naskh Arabic", "Noto Sans Sinhala", "Noto Sans Tamil"))\n';

export interface Reading {
  readonly text: string;
  readonly pages: number;
  readonly fonts: readonly string[];
  /** The codes of those that are drawn, in each font's own numbering; a letter may have several, and several letters one. */
  readonly glyphs: readonly number[];
  /** The marks of PDF's structure are not compressed. */
  readonly raw: string;
}

/** Reads a PDF with another library than the one that made it. */
export async function read(pdf: Uint8Array): Promise<Reading> {
  const document = await getDocument({ data: new Uint8Array(pdf), useSystemFonts: false }).promise;
  const texts: string[] = [];
  const glyphs: number[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    const content = await page.getTextContent();
    const { fnArray, argsArray } = await page.getOperatorList();
    fnArray.forEach((fn, i) => {
      const parts = fn === OPS.showText ? (argsArray[i][0] as (number | { originalCharCode: number })[]) : [];
      for (const part of parts) if (typeof part === 'object') glyphs.push(part.originalCharCode);
    });
    texts.push(content.items.map((item) => ('str' in item ? item.str : '')).join(''));
  }
  const raw = Buffer.from(pdf).toString('latin1');
  const fonts = [...new Set([...raw.matchAll(/\/FontName \/[A-Z]{6}\+(\S+)/g)].map(([, name]) => name as string))];
  return { text: texts.join('\n'), pages: document.numPages, fonts, glyphs, raw };
}
