import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Health, Logger } from '@divoc/core/api';
import { type Browser as Chromium, chromium, type Page } from 'playwright-core';
import { bundledChromium } from './bundled-chromium.js';
import { fontConfiguration } from './fonts.js';

export interface BrowserOptions {
  readonly executable?: string;
  readonly sandbox: boolean;
  readonly pagesPerBrowser: number;
  /** The data folder. */
  readonly home: string;
  readonly log: Logger;
}

/** Nothing that it could ask has an answer, and letters are set the same on every machine. */
const ARGUMENTS = [
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--proxy-server=http://127.0.0.1:9',
  '--proxy-bypass-list=<-loopback>',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--font-render-hinting=none',
];
const LIBRARY_MISSING = /error while loading shared libraries/;

/** One Chromium, started when the first page is wanted, again when it has died, and anew after many pages. */
export class Browser {
  readonly #options: BrowserOptions;
  #running: Promise<Chromium> | undefined;
  #made = 0;
  #open = 0;
  #failure: string | undefined;
  #stopped = false;

  constructor(options: BrowserOptions) {
    this.#options = options;
  }

  /** Has `work` done with a page of its own, which sees nothing of others. */
  async withPage<T>(work: (page: Page) => Promise<T>): Promise<T> {
    const browser = await this.#browser();
    this.#made += 1;
    this.#open += 1;
    try {
      const context = await browser.newContext({ javaScriptEnabled: false, serviceWorkers: 'block', acceptDownloads: false });
      try {
        return await work(await context.newPage());
      } finally {
        // Of a browser that was killed there is nothing to close.
        await context.close().catch(() => undefined);
      }
    } finally {
      this.#open -= 1;
    }
  }

  /** Ends the process, whatever it is at; the next page gets a new one. */
  async kill(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await (await running?.catch(() => undefined))?.close().catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.kill();
  }

  health(): Health {
    if (this.#failure === undefined) return { status: 'pass' };
    return { status: 'warn', detail: `Chromium does not start, so that nothing is printed: ${this.#failure}` };
  }

  async #browser(): Promise<Chromium> {
    if (this.#stopped) throw new Error('the browser has been stopped');
    // Only between pages: whoever is printing keeps the old one.
    if (this.#running && this.#made >= this.#options.pagesPerBrowser && this.#open === 0) await this.kill();
    if (!this.#running) {
      this.#made = 0;
      const running = this.#start();
      this.#running = running;
      const forget = () => {
        if (this.#running === running) this.#running = undefined;
      };
      running.then((browser) => browser.on('disconnected', forget), forget);
    }
    return this.#running;
  }

  async #start(): Promise<Chromium> {
    try {
      const browser = await this.#launch();
      this.#failure = undefined;
      return browser;
    } catch (cause) {
      this.#failure = reasonOf(cause);
      this.#options.log.error({ reason: this.#failure }, 'Chromium does not start');
      throw new Error('Chromium does not start', { cause });
    }
  }

  async #launch(): Promise<Chromium> {
    const { home, executable, sandbox } = this.#options;
    const folder = join(home, 'chromium');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const bundled = executable === undefined ? bundledChromium(home) : undefined;
    const launch = (more: Readonly<Record<string, string>>) =>
      chromium.launch({
        executablePath: executable ?? bundled!.executable,
        args: ARGUMENTS,
        chromiumSandbox: sandbox && process.getuid?.() !== 0,
        // Nothing of the house's environment, in which secrets may stand.
        env: { HOME: folder, FONTCONFIG_FILE: fontConfiguration(folder), ...more },
        handleSIGINT: false,
        handleSIGTERM: false,
        handleSIGHUP: false,
        timeout: 30_000,
      });
    return launch({}).catch((error: Error) => {
      if (!bundled || !LIBRARY_MISSING.test(error.message)) throw error;
      return launch({ LD_LIBRARY_PATH: bundled.libraries });
    });
  }
}

/** What a person can mend, in one line. */
function reasonOf(cause: unknown): string {
  const { message } = cause as Error;
  const library = /error while loading shared libraries: ([^:]+)/.exec(message)?.[1];
  if (library !== undefined) return `the library ${library} is missing on this machine; install it`;
  if (/no usable sandbox|setuid sandbox|user namespace/i.test(message))
    return "Chromium's sandbox cannot be used here; allow user namespaces, or write sandbox: false";
  return message.split('\n')[0] ?? 'no reason given';
}
