import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DocumentConverter, Part } from '@divoc/core/api';
import { setUpPart } from '@divoc/core/testkit';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { afterAll } from 'vitest';
import plugin from '../plugin.js';

/** One data folder for all, so that Chromium is unpacked once. */
const home = mkdtempSync(join(tmpdir(), 'divoc-chromium-'));
const running = new Set<Part>();
afterAll(async () => {
  for (const part of running) await part.stop?.();
  rmSync(home, { recursive: true, force: true });
});

export async function chromium(config: object = {}): Promise<{ converter: DocumentConverter; part: Part }> {
  const part = await setUpPart(plugin, { config, home });
  running.add(part);
  return { converter: part.ports.converter as DocumentConverter, part };
}

const open = (pdf: Uint8Array) => getDocument({ data: new Uint8Array(pdf), useSystemFonts: false }).promise;

export async function textOf(pdf: Uint8Array): Promise<string> {
  const document = await open(pdf);
  const texts: string[] = [];
  for (let i = 1; i <= document.numPages; i += 1) {
    const { items } = await (await document.getPage(i)).getTextContent();
    texts.push(items.map((item) => ('str' in item ? item.str : '')).join(''));
  }
  return texts.join('\n');
}

export async function attachmentsOf(pdf: Uint8Array): Promise<Record<string, Uint8Array>> {
  const found = ((await (await open(pdf)).getAttachments()) ?? {}) as Record<string, { content: Uint8Array }>;
  return Object.fromEntries(Object.entries(found).map(([name, { content }]) => [name, content]));
}
