import { expect, it } from 'vitest';
import { SelfMetrics } from '../../lib/catalogue/nest/self.metrics.js';
import { MetricStore } from '../../lib/metrics/store.js';
import { readStore, rendered } from '../support/rendered.js';

const VERSIONS = { version: '1.0.0', node: '24.0.0', nest: '12.0.0' };

it('a process that may be one of many counts itself at each reading', async () => {
  const store = new MetricStore();
  const self = new SelfMetrics(store, VERSIONS, [], true);
  self.beforeReading();
  const page = await readStore(store);
  expect(page.value('nestjs_metrics_processes')).toBe(1);
  expect(page.value('nestjs_metrics_processes_unanswered')).toBe(0);
  expect(page.value('nestjs_metrics_series', { metric: 'nestjs_metrics_processes' })).toBe(1);
});

it('a process without the option has no metric of processes', async () => {
  const store = new MetricStore();
  new SelfMetrics(store, VERSIONS, [], false).beforeReading();
  const text = await rendered(store, 'text');
  expect(text).not.toContain('nestjs_metrics_processes');
  expect(text).toContain('nestjs_metrics_series{metric="nestjs_metrics_info"} 1');
});
