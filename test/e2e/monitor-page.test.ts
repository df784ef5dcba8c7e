import { setTimeout as pause } from 'node:timers/promises';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestBrowser, type WatchedPage } from '../support/browser.js';
import { startRedis } from '../support/cache-servers.js';
import { type DatabaseProcess } from '../support/database-process.js';
import { send } from '../support/http-client.js';
import { type Kennel, startKennel } from '../support/kennel.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

/** Pictures to be looked at; not part of the repository. */
const PICTURES = fileURLToPath(new URL('../../coverage/monitor/', import.meta.url));

const LIGHT = { colorScheme: 'light', viewport: { width: 1280, height: 900 } } as const;
const DARK = { colorScheme: 'dark', viewport: { width: 1280, height: 900 } } as const;
const PHONE = { colorScheme: 'light', viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true } as const;

const PATIENCE = { timeoutMs: 60_000 };

/** Somebody who uses the application for as long as the test runs. */
class Load {
  private goesOn = true;
  private readonly done: Promise<void>;
  sent = 0;

  constructor(kennels: readonly Kennel[]) {
    const paths = ['/dogs', '/dogs/1', '/walks', '/walks/one-by-one', '/breeds', '/nowhere', '/dogs/rex'];
    this.done = (async () => {
      while (this.goesOn) {
        for (const { port } of kennels) await send(port, { path: paths[this.sent % paths.length] ?? '/' });
        this.sent += 1;
        // The pace of the load, not a wait for anything.
        await pause(5);
      }
    })();
  }

  async end(): Promise<void> {
    this.goesOn = false;
    await this.done;
  }
}

/** The figure of a tile as it is read: `41.2/s`. */
function tile(page: Page, label: string): Promise<string> {
  return page
    .locator('section[aria-labelledby=now] .tile')
    .filter({ has: page.locator('dt').getByText(label, { exact: true }) })
    .locator('.now')
    .innerText();
}

/** By how many pixels the page is wider than its window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

needs('chromium')('the page of the monitor', () => {
  let browser: TestBrowser;
  beforeAll(async () => {
    mkdirSync(PICTURES, { recursive: true });
    browser = await TestBrowser.launch();
  });
  afterAll(() => browser.close());

  describe.each(['express', 'fastify'] as const)('of the sample application on %s', (adapter) => {
    let kennel: Kennel;
    let load: Load;
    const watched: WatchedPage[] = [];
    const url = () => `http://localhost:${kennel.port}`;

    beforeAll(async () => {
      kennel = await startKennel({ adapter });
      load = new Load([kennel]);
    });
    afterAll(async () => {
      await load.end();
      await kennel.stop();
    });

    async function open(options: Parameters<TestBrowser['open']>[1], path = '/monitor'): Promise<Page> {
      const one = await browser.open(`${url()}${path}`, options);
      watched.push(one);
      return one.page;
    }

    it('is linked from the first page, and shows numbers that move', async () => {
      const page = await open(LIGHT, '/');
      await page.getByRole('link', { name: '/monitor' }).first().click();
      await waitUntil('a rate is there', async () => parseFloat(await tile(page, 'Requests')) > 1, PATIENCE);
      expect(await tile(page, 'SQL statements')).toMatch(/^[\d.,]+\s*\/s$/);
      expect(await page.locator('.pill').innerText()).toMatch(/Well|Watch|Unwell/);
      expect(await page.getByText('Live', { exact: true }).isVisible()).toBe(true);
      const running = page.locator('.running');
      const before = await running.innerText();
      await waitUntil('the running bucket grows', async () => (await running.innerText()) !== before, PATIENCE);
      const total = await page.locator('main').innerText();
      await waitUntil('the page moves', async () => (await page.locator('main').innerText()) !== total, PATIENCE);
      await page.screenshot({ path: `${PICTURES}${adapter}-light.png`, fullPage: true });
    });

    it('names the routes, and statements where they are counted', async () => {
      const page = await open(DARK);
      const busiest = page.getByRole('table', { name: 'Busiest routes' });
      await waitUntil('routes are there', async () => (await busiest.innerText()).includes('/dogs/:id'), PATIENCE);
      expect(await busiest.innerText()).toContain('_unmatched');
      expect(await busiest.innerText()).toContain('SQL/req.');
      expect(await page.getByRole('table', { name: 'Slowest routes' }).innerText()).toContain('/walks/one-by-one');
      await page.screenshot({ path: `${PICTURES}${adapter}-dark.png`, fullPage: true });
    });

    it('fits a phone', async () => {
      const page = await open(PHONE);
      await waitUntil('a rate is there', async () => parseFloat(await tile(page, 'Requests')) > 1, PATIENCE);
      expect(await overflow(page)).toBe(0);
      await page.screenshot({ path: `${PICTURES}${adapter}-phone.png`, fullPage: true });
    });

    it('changes its window without being loaded again, and remembers it in its address', async () => {
      const page = await open(LIGHT);
      await page.locator('label').filter({ hasText: '1 hour' }).click();
      await waitUntil('the address says so', () => page.url().endsWith('#1h'));
      const again = await open(LIGHT, '/monitor#1h');
      const choice = again.getByRole('radio', { name: '1 hour' });
      await waitUntil('the choice is kept', () => choice.isChecked(), PATIENCE);
      expect(await again.getByRole('radio', { name: '10 minutes' }).isChecked()).toBe(false);
    });

    it('asks nobody but the application, and has nothing to complain about', () => {
      expect(watched.flatMap(({ complaints }) => complaints)).toEqual([]);
      const asked = new Set(watched.flatMap(({ asked: paths }) => paths));
      asked.delete('/');
      expect([...asked].toSorted()).toEqual(['/monitor', '/monitor/events', '/monitor/page.css', '/monitor/page.js']);
    });

    it('says that it is not connected once the application has ended', async () => {
      const page = await open(LIGHT);
      await waitUntil('it is live', () => page.getByText('Live', { exact: true }).isVisible(), PATIENCE);
      await load.end();
      await kennel.stop();
      const header = page.locator('header');
      await waitUntil('it says so', async () => /not connected/i.test(await header.innerText()), PATIENCE);
      expect(await page.locator('.tile').first().isVisible()).toBe(true);
    });
  });
});

needs('chromium', 'redis')('the page of two kennels that count in one Redis', () => {
  let redis: DatabaseProcess;
  let browser: TestBrowser;
  let kennels: readonly Kennel[];
  beforeAll(async () => {
    redis = await startRedis();
    const monitorUrl = `redis://127.0.0.1:${redis.port}`;
    kennels = await Promise.all([
      startKennel({ adapter: 'express', monitorUrl }),
      startKennel({ adapter: 'fastify', monitorUrl }),
    ]);
    browser = await TestBrowser.launch();
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all(kennels.map((kennel) => kennel.stop()));
    await redis.stop();
  });

  it('shows both as one, says when Redis is away and when it is back', async () => {
    const load = new Load(kennels);
    try {
      const { page, complaints } = await browser.open(`http://localhost:${kennels[0]?.port}/monitor`, LIGHT);
      const header = () => page.locator('header').innerText();
      await waitUntil('both report', async () => (await header()).includes('all 2 processes'), PATIENCE);
      await redis.kill();
      await waitUntil('it says so', async () => (await header()).includes('Redis has not been reachable'), PATIENCE);
      await redis.restart();
      await waitUntil('both are back', async () => (await header()).includes('all 2 processes'), PATIENCE);
      expect(await page.getByText('Redis has not been reachable').isVisible()).toBe(false);
      expect(complaints).toEqual([]);
    } finally {
      await load.end();
    }
  });
});
