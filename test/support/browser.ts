import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Debian's. Without these it looks for updates and hosts of its maker, which has nothing to do with what is tested. */
const CHROMIUM = {
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

/** A page in a browser, and whatever somebody should be told of: console messages, errors, requests to other origins. */
export interface WatchedPage {
  readonly page: Page;
  /** Everything that was complained about so far. */
  readonly complaints: readonly string[];
  /** The paths that were asked for, in order. */
  readonly asked: readonly string[];
}

/** A real Chromium; close it at the end. */
export class TestBrowser {
  static async launch(): Promise<TestBrowser> {
    return new TestBrowser(await chromium.launch(CHROMIUM));
  }

  private readonly contexts: BrowserContext[] = [];

  private constructor(private readonly browser: Browser) {}

  /** Opens a page in a window of its own, that shares nothing with the others. */
  async open(url: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
    const context = await this.browser.newContext(options);
    this.contexts.push(context);
    const page = await context.newPage();
    const complaints: string[] = [];
    const asked: string[] = [];
    const { origin } = new URL(url);
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('request', (request) => {
      const to = new URL(request.url());
      if (to.protocol === 'data:') return;
      asked.push(to.pathname);
      if (to.origin !== origin) complaints.push(`request to ${to.origin}`);
    });
    await page.goto(url);
    return { page, complaints, asked };
  }

  async close(): Promise<void> {
    await Promise.all(this.contexts.map((context) => context.close()));
    await this.browser.close();
  }
}
