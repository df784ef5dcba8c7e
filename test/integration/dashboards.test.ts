import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NAMINGS } from '../../lib/catalogue/naming.js';
import { dashboards } from '../../lib/dashboards/dashboards.js';
import { type DashboardSettings, DEFAULT_DASHBOARD_SETTINGS } from '../../lib/dashboards/dashboard-settings.js';
import { TestBrowser } from '../support/browser.js';
import { type DashboardQuery, dashboardQueries } from '../support/dashboard-queries.js';
import { useEveryDoor } from '../support/every-door.js';
import { type MetricsApp } from '../support/metrics-app.js';
import { type PrometheusServer, startPrometheus } from '../support/prometheus-server.js';
import { needs } from '../support/services.js';
import { startVariedApp, useVariedApp } from '../support/varied-app.js';

/** Panels that have no data in this application, and why. */
const WITHOUT_DATA: Readonly<Record<string, string>> = {
  'Wait for a connection': 'SQLite has a single connection, which nobody waits for.',
  Processes: 'The application does not have option `processes`.',
  'Processes without an answer': 'The application does not have option `processes`.',
};

const NATIVE = { nativeHistograms: true, namespace: 'shop_' };

const BACKGROUNDS = { light: 'rgb(255, 255, 255)', dark: 'rgb(22, 24, 29)' } as const;
const PATH_WIDTHS = `Array.from(document.querySelectorAll('svg path'), (path) => path.getBoundingClientRect().width)`;

const EXAMPLES = fileURLToPath(new URL('../../examples/prometheus/', import.meta.url));

needs('prometheus')('dashboards and consoles', () => {
  let plain: MetricsApp;
  let native: MetricsApp;
  let prometheus: PrometheusServer;
  /** When everything had been counted and scraped: rates look back ten seconds, and there are many queries. */
  let usedAt: number;

  beforeAll(async () => {
    // Outgoing requests of this process belong to one of the applications only, so that theirs are made up too.
    plain = await startVariedApp({ naming: NAMINGS, outgoing: false });
    native = await startVariedApp({ nativeHistograms: true, namespace: 'shop', outgoing: false });
    prometheus = await startPrometheus(
      { targets: [plain, native].map(({ port }) => `127.0.0.1:${port}`) },
      {
        flags: [
          '--enable-feature=native-histograms',
          `--web.console.templates=${EXAMPLES}consoles`,
          `--web.console.libraries=${EXAMPLES}console_libraries`,
        ],
      },
    );
    // A rate needs two scrapes, and some series begin with what they count.
    for (let round = 0; round < 3; round++) {
      for (const varied of [plain, native]) {
        await useVariedApp(varied);
        useEveryDoor(varied.app);
      }
      await prometheus.nextScrape();
    }
    usedAt = Date.now() / 1000;
  });
  afterAll(async () => {
    await prometheus.stop();
    await Promise.all([plain, native].map((app) => app.close()));
  });

  const queriesOf = (settings: Partial<DashboardSettings>, { port }: MetricsApp): readonly DashboardQuery[] => {
    const variables = { rateInterval: '10s', range: '1m', job: 'test', instance: `127.0.0.1:${port}` };
    const written = dashboards({ ...DEFAULT_DASHBOARD_SETTINGS, ...settings });
    return written.flatMap(({ json }) => dashboardQueries(json, variables));
  };

  /** The queries that give no number, and those that give one although it is said that they do not. */
  const unexpected = async (queries: readonly DashboardQuery[]) => {
    const found: string[] = [];
    for (const { dashboard, panel, expression } of queries) {
      const samples = await prometheus.query(expression, usedAt);
      const hasData = samples.some(({ value }) => Number.isFinite(value));
      if (hasData === panel in WITHOUT_DATA) found.push(`${dashboard}: ${panel}: ${expression}`);
    }
    return found;
  };

  it.each(NAMINGS)('the queries of all panels return data, with the naming %s', async (naming) => {
    expect(await unexpected(queriesOf({ naming }, plain))).toEqual([]);
  });

  it('the queries of all panels return data, with native histograms and a namespace', async () => {
    expect(await unexpected(queriesOf(NATIVE, native))).toEqual([]);
  });

  needs('chromium')('the consoles', () => {
    let browser: TestBrowser;
    beforeAll(async () => {
      browser = await TestBrowser.launch();
    });
    afterAll(() => browser.close());

    const open = (page: string, colorScheme: 'light' | 'dark' = 'light', width = 1200) =>
      browser.open(`${prometheus.url}/consoles/${page}`, { colorScheme, viewport: { width, height: 800 } });

    it.each([
      ['light', 1200],
      ['dark', 390],
    ] as const)('show numbers and graphs, %s and %i pixels wide', async (colorScheme, width) => {
      const instance = encodeURIComponent(`127.0.0.1:${plain.port}`);
      const { page, complaints } = await open(
        `nestjs-overview.html?instance=${instance}&range=15m`,
        colorScheme,
        width,
      );
      await page.waitForFunction(`document.querySelectorAll('figure:not([data-state])').length === 0`);
      const numbers = await page.locator('dd').allInnerTexts();
      expect(numbers.filter((text) => !/\d/.test(text))).toEqual([]);
      const graphs = await page.locator('figure').count();
      expect(graphs).toBeGreaterThan(8);
      expect(await page.locator('figure[data-state=drawn]:has(path)').count()).toBe(graphs);
      const widths = await page.evaluate<number[]>(PATH_WIDTHS);
      expect(Math.max(...widths)).toBeGreaterThan(0);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(BACKGROUNDS[colorScheme]);
      expect(complaints).toEqual([]);
    });

    it('show the routes with their errors and exceptions', async () => {
      const { page, complaints } = await open('nestjs-routes.html');
      const rows = await page.locator('tbody tr').allInnerTexts();
      const row = (start: string) => rows.find((text) => text.startsWith(start))?.split(/\s*\t\s*/) ?? [];
      expect(row('GET /failing')[2]).toBe('100%');
      expect(row('GET /dogs\t')[2]).toBe('0%');
      expect(row('POST /dogs')[6]).toBe('3');
      expect(row('BadRequestException')[1]).toBe('DogsController.one');
      expect(complaints).toEqual([]);
    });

    it('say that there is no data, whatever the job in the address', async () => {
      const { page, complaints } = await open(`nestjs-routes.html?job=${encodeURIComponent('"} or up{<b>')}`);
      expect(await page.locator('tbody').allInnerTexts()).toEqual([
        'No requests in the last five minutes.',
        'No exceptions in the last five minutes.',
      ]);
      expect(complaints).toEqual([]);
    });
  });
});
