import { afterAll, beforeAll, expect, it } from 'vitest';
import { dashboards } from '../../lib/dashboards/dashboards.js';
import { DEFAULT_DASHBOARD_SETTINGS } from '../../lib/dashboards/dashboard-settings.js';
import { type DashboardQuery, dashboardQueries } from '../support/dashboard-queries.js';
import { type MetricsApp } from '../support/metrics-app.js';
import { type PrometheusServer, startPrometheus } from '../support/prometheus-server.js';
import { needs } from '../support/services.js';
import { startVariedApp, useVariedApp } from '../support/varied-app.js';

/** Panels that have no data in this application, and why. */
const WITHOUT_DATA: Readonly<Record<string, string>> = {
  'Wait for a connection': 'SQLite has a single connection, which nobody waits for.',
};

const SETTINGS = { plain: {}, native: { nativeHistograms: true, namespace: 'shop_' } } as const;
type Job = keyof typeof SETTINGS;

needs('prometheus')('the queries of the dashboards', () => {
  const apps = new Map<Job, MetricsApp>();
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    apps.set('plain', await startVariedApp());
    apps.set('native', await startVariedApp({ nativeHistograms: true, namespace: 'shop' }));
    prometheus = await startPrometheus(
      { targets: [...apps.values()].map(({ port }) => `127.0.0.1:${port}`) },
      {
        flags: ['--enable-feature=native-histograms'],
      },
    );
    // A rate needs two scrapes, and some series begin with what they count.
    for (let round = 0; round < 3; round++) {
      for (const app of apps.values()) await useVariedApp(app);
      await prometheus.nextScrape();
    }
  });
  afterAll(async () => {
    await prometheus.stop();
    await Promise.all([...apps.values()].map((app) => app.close()));
  });

  const queriesOf = (job: Job): readonly DashboardQuery[] =>
    dashboards({ ...DEFAULT_DASHBOARD_SETTINGS, ...SETTINGS[job] }).flatMap(({ json }) =>
      dashboardQueries(json, {
        rateInterval: '10s',
        range: '1m',
        job: 'test',
        instance: `127.0.0.1:${apps.get(job)!.port}`,
      }),
    );

  /** The queries that give no number, and those that give one although it is said that they do not. */
  const unexpected = async (job: Job) => {
    const found: string[] = [];
    for (const { dashboard, panel, expression } of queriesOf(job)) {
      const samples = await prometheus.query(expression);
      const hasData = samples.some(({ value }) => Number.isFinite(value));
      if (hasData === panel in WITHOUT_DATA) found.push(`${dashboard}: ${panel}: ${expression}`);
    }
    return found;
  };

  it('all return data', async () => {
    expect(await unexpected('plain')).toEqual([]);
  });

  it('all return data with native histograms and a namespace', async () => {
    expect(await unexpected('native')).toEqual([]);
  });
});
