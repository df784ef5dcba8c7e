import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it } from 'vitest';
import { defineCounter, defineGauge, defineHistogram } from '../../lib/metrics/definition.js';
import { MetricStore } from '../../lib/metrics/store.js';
import { PrometheusCore } from '../../lib/prometheus.core.js';
import { resolveOptions } from '../../lib/prometheus.options.js';
import { readStore } from '../support/rendered.js';

const BARKS = defineCounter({ name: 'barks_total', help: 'Barks.' });

describe('a value that is no number', () => {
  it('is ignored: bigints and symbols do not throw, texts are not put behind the number', async () => {
    const store = new MetricStore();
    const barks = store.counter(BARKS).labels({});
    const dogs = store.gauge(defineGauge({ name: 'dogs', help: 'Dogs.' })).labels({});
    const walks = store.histogram(defineHistogram({ name: 'walks', help: 'Walks.', buckets: [1] })).labels({});
    dogs.set(1);
    for (const value of [5n, '5', Symbol('5'), { valueOf: () => 5 }] as unknown[] as number[]) {
      barks.inc(value);
      barks.inc(value);
      dogs.inc(value);
      dogs.dec(value);
      walks.observe(value);
    }
    const exposition = await readStore(store);
    expect(exposition.value('barks_total')).toBe(0);
    expect(exposition.value('dogs')).toBe(1);
    expect(exposition.value('walks_count')).toBe(0);
    expect(exposition.value('walks_sum')).toBe(0);
  });
});

describe('the report of a value that was ignored', () => {
  afterEach(() => Logger.overrideLogger(true));

  it('does not throw when the value has no text, and is one line of the log for each kind of value', async () => {
    const lines: unknown[] = [];
    Logger.overrideLogger({ log: () => undefined, error: () => undefined, warn: (line: unknown) => lines.push(line) });
    const core = new PrometheusCore(resolveOptions({ registry: false, runtimeMetrics: false, http: false }));
    const barks = core.store.counter(BARKS).labels({});
    for (let i = 1; i <= 200; i += 1) barks.inc(-i);
    for (let i = 1; i <= 200; i += 1) barks.inc(Object.create(null) as number);
    const exposition = await readStore(core.store);
    expect(exposition.value('nestjs_metrics_errors_total', { part: 'metrics' })).toBe(400);
    expect(lines).toHaveLength(2);
  });
});
