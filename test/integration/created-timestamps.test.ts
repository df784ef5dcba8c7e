import { PrometheusModule, type PrometheusOptions } from 'nestjs-prometheus-exporter';
import { describe, expect, it } from 'vitest';
import { readExposition } from '../support/exposition.js';
import { ADAPTERS, MetricsApp, PROMETHEUS_ACCEPT } from '../support/metrics-app.js';

describe.each(ADAPTERS)('created timestamps on %s', (adapter) => {
  const created = async (options: PrometheusOptions): Promise<readonly number[]> => {
    const metricsApp = await MetricsApp.start({ adapter, imports: [PrometheusModule.forRoot(options)] });
    try {
      const { bytes } = await metricsApp.send('/metrics', { headers: { accept: PROMETHEUS_ACCEPT } });
      const all = [...readExposition(bytes, 'openmetrics')].filter(({ name }) => name.endsWith('_created'));
      return all.map(({ value }) => value);
    } finally {
      await metricsApp.close();
    }
  };

  it('are lines with the option, and none without it', async () => {
    const before = Date.now() / 1000;
    const times = await created({ createdTimestamps: true });
    expect(times.length).toBeGreaterThan(0);
    for (const seconds of times) expect(seconds).toBeGreaterThanOrEqual(before);
    expect(await created({})).toEqual([]);
  });

  it('and native histograms are switched with true or false', async () => {
    const wrong = { createdTimestamps: 'yes', nativeHistograms: 3 } as unknown as PrometheusOptions;
    await expect(created(wrong)).rejects.toThrow(
      /`nativeHistograms`.*true or false[^]*`createdTimestamps`.*true or false/,
    );
  });
});
