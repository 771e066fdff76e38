import { type ConvertRequest, type DocumentConverter, type Logger, Refusal } from '@divoc/core/api';
import type { Page } from 'playwright-core';
import type { Browser } from './browser.js';
import { finishPdf } from './finish-pdf.js';

export interface PrinterOptions {
  readonly deadlineSeconds: number;
  readonly pages: number;
  readonly queue: number;
  readonly log: Logger;
}

/** Where the document stands for the browser; the name has no address anywhere (RFC 2606). */
const PLACE = 'http://document.invalid/';
/** The browser's own word: pictures and fonts from the document itself, styles in it, and nothing else. */
const POLICY = "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'";
const LATE = new Error('late');

/** Prints HTML as PDF, a few pages at a time. */
export function printer(browser: Browser, { deadlineSeconds, pages, queue, log }: PrinterOptions): DocumentConverter {
  const waiting: (() => void)[] = [];
  let free = pages;
  const turn = async (): Promise<void> => {
    if (free > 0) {
      free -= 1;
      return;
    }
    if (waiting.length >= queue)
      throw new Refusal(503, 'PDF_OVERLOADED', 'Too many documents are being made.', { headers: { 'retry-after': '2' } });
    await new Promise<void>((go) => waiting.push(go));
  };
  const next = (): void => {
    const go = waiting.shift();
    if (go) go();
    else free += 1;
  };
  return {
    from: 'text/html',
    to: 'application/pdf',
    async convert(request) {
      await turn();
      try {
        const pdf = await inTime(deadlineSeconds * 1000, () => browser.withPage((page) => print(page, request)));
        return await finishPdf(pdf, request);
      } catch (error) {
        if (error !== LATE) throw error;
        log.error({ deadlineSeconds }, 'a document took too long; Chromium was killed');
        await browser.kill();
        throw new Error(`the document took longer than ${deadlineSeconds} seconds`);
      } finally {
        next();
      }
    },
  };
}

async function print(page: Page, { document }: ConvertRequest): Promise<Uint8Array> {
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY };
  let isServed = false;
  await page.route('**/*', async (route) => {
    // The document itself, once: what it wants besides, or where it wants to go, is nothing.
    if (isServed || route.request().url() !== PLACE) return route.abort();
    isServed = true;
    return route.fulfill({ headers, body: Buffer.from(document) });
  });
  await page.goto(PLACE, { waitUntil: 'load' });
  return page.pdf({ format: 'A4', preferCSSPageSize: true, printBackground: true, tagged: true, outline: true });
}

async function inTime<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(LATE), milliseconds);
  });
  const running = work();
  // Whoever was late fails when its browser is killed, and nobody waits for that.
  running.catch(() => undefined);
  try {
    return await Promise.race([running, late]);
  } finally {
    clearTimeout(timer);
  }
}
