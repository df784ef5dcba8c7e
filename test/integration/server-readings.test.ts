import { setTimeout as after } from 'node:timers/promises';
import {
  boundedBy,
  defineGauge,
  MetricStore,
  PrometheusModule,
  type PrometheusOptions,
} from 'nestjs-prometheus-exporter';
import { Gauge, Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { type Exposition } from '../support/exposition.js';
import { type Door, OWN_PORT, THREADED_ROUTE } from '../support/doors.js';
import { MetricsApp } from '../support/metrics-app.js';

const AGE = defineGauge({
  name: 'age',
  help: 'Each dog is as old as it is called.',
  labels: { dog: boundedBy('the test') },
});

let metricsApp: MetricsApp;
let registry: Registry;

async function start({ options, isOwnPort }: Door, more: PrometheusOptions = {}): Promise<MetricStore> {
  registry = new Registry();
  const imports = [PrometheusModule.forRoot({ registry: registry as never, ...options, ...more })];
  metricsApp = await MetricsApp.start({ adapter: 'express', imports, isOwnPort });
  return metricsApp.app.get(MetricStore);
}

afterEach(() => metricsApp.close());

/** The dogs whose series has the number of another one. */
function mistaken(exposition: Exposition): readonly string[] {
  const dogs = exposition.series('age').filter(({ labels }) => labels['dog'] !== '_overflow');
  return dogs
    .filter(({ labels, value }) => labels['dog'] !== String(value))
    .map(({ labels, value }) => `${labels['dog']} is ${value}`);
}

describe.each([THREADED_ROUTE, OWN_PORT])('a reading through $door', (door) => {
  it('never shows the number of a removed series for the one that has its cells now', async () => {
    const store = await start(door);
    const ages = store.gauge(AGE);
    let dog = 1;
    ages.labels({ dog: String(dog) }).set(dog);
    const exchange = () => {
      ages.remove({ dog: String(dog) });
      dog += 1;
      ages.labels({ dog: String(dog) }).set(dog);
    };
    // One in each microtask, among them those between the end of the collectors and the answer to the thread.
    const collect = async () => {
      // The last one to end.
      await after(50);
      let left = 300;
      const next = (): void => {
        exchange();
        left -= 1;
        if (left > 0) queueMicrotask(next);
      };
      next();
    };
    registry.registerMetric(new Gauge({ name: 'exchange', help: 'Exchanges.', registers: [], collect }));
    for (let i = 0; i < 5; i += 1) {
      const exposition = await metricsApp.scrape();
      expect(exposition.series('age').length).toBeGreaterThan(0);
      expect(mistaken(exposition)).toEqual([]);
    }
    expect(dog).toBeGreaterThan(1000);
  });

  it('waits for a collector that works for longer than a loop that is stuck is waited for', async () => {
    await start(door);
    const collect = () => {
      const until = performance.now() + 400;
      while (performance.now() < until);
      gauge.set(1);
    };
    const gauge: Gauge = new Gauge({ name: 'hard_work', help: 'Works.', registers: [registry], collect });
    for (let i = 0; i < 2; i += 1) {
      const exposition = await metricsApp.scrape();
      expect(exposition.value('hard_work')).toBe(1);
      expect(exposition.value('nestjs_metrics_collector_success', { collector: 'hard_work' })).toBe(1);
    }
  });
});
