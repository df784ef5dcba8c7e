import { Counter, Registry, Summary } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PrometheusServer, startPrometheus } from '../support/prometheus-server.js';
import { startJob } from '../support/push-job.js';
import { type Pushgateway, startPushgateway } from '../support/pushgateway.js';
import { needs } from '../support/services.js';
import { readExposition } from '../support/exposition.js';

needs('pushgateway', 'prometheus')('a job that pushes to a Pushgateway', () => {
  let gateway: Pushgateway;
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    gateway = await startPushgateway();
    const targets = [new URL(gateway.url).host];
    prometheus = await startPrometheus({ targets, scrapeConfig: { honor_labels: true } });
  });

  afterAll(async () => {
    await prometheus.stop();
    await gateway.stop();
  });

  const valuesOf = async (query: string) => (await prometheus.query(query)).map(({ value }) => value);

  it('has its numbers in Prometheus, those of prom-client too', async () => {
    const registry = new Registry();
    const letters = new Counter({ name: 'letters_total', help: 'Letters.', registers: [registry] });
    const sizes = new Summary({ name: 'sizes', help: 'Sizes.', registers: [registry] });
    const options = { registry, namespace: 'shop', nativeHistograms: true };
    const push = { url: gateway.url, job: 'import', grouping: { instance: 'a' } };
    const { app, rows, warnings } = await startJob(push, options);
    rows.labels({ table: 'dogs' }).inc(42);
    letters.inc(7);
    sizes.observe(3);
    await app.close();
    await prometheus.nextScrape();
    expect(await valuesOf('shop_rows_total{job="import",instance="a",table="dogs"}')).toEqual([42]);
    expect(await valuesOf('letters_total{job="import",instance="a"}')).toEqual([7]);
    expect(await valuesOf('sizes_sum{job="import",instance="a"}')).toEqual([3]);
    expect(await valuesOf('shop_nestjs_metrics_info{job="import",instance="a"}')).toEqual([1]);
    // The Pushgateway has metrics of this name too, of its own process.
    expect(await valuesOf('shop_process_start_time_seconds{job="import"} > 0')).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  it('replaces what the run before has pushed, and nothing of other groups', async () => {
    for (const [instance, table] of [
      ['b', 'cats'],
      ['c', 'cats'],
      ['b', 'dogs'],
    ] as const) {
      const { app, rows } = await startJob({ url: gateway.url, job: 'nightly', grouping: { instance } });
      rows.labels({ table }).inc();
      await app.close();
    }
    const metrics = readExposition(await gateway.metrics(), 'text');
    const pushed = metrics.series('rows_total').filter(({ labels }) => labels['job'] === 'nightly');
    expect(pushed.map(({ labels, value }) => `${labels['instance']} ${labels['table']} ${value}`).toSorted()).toEqual([
      'b _overflow 0',
      'b dogs 1',
      'c _overflow 0',
      'c cats 1',
    ]);
  });

  it('arrives under any label values', async () => {
    const grouping = { slash: '/data/a', empty: '', dot: '.', dots: '..', text: 'ä b%41+?#;&"\\', line: 'a\nb' };
    const { app } = await startJob({ url: `${gateway.url}/`, job: 'a/b', grouping });
    await app.close();
    const pushed = readExposition(await gateway.metrics(), 'text')
      .series('nestjs_metrics_info')
      .find(({ labels }) => labels['job'] === 'a/b');
    expect(pushed?.labels).toMatchObject(grouping);
  });
});
