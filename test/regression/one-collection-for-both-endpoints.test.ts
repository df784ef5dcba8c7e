import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PrometheusCore } from '../../lib/prometheus.core.js';
import { NestApp } from '../support/nest-app.js';
import { waitUntil } from '../support/wait-until.js';

let app: NestApp;
let registry: Registry;
/** How often somebody wanted to know which collectors there are, and how often this one was started. */
let asked: number;
let started: number;
let end: () => void;

beforeEach(async () => {
  registry = new Registry();
  app = await NestApp.start('express', { metrics: { registry } });
  [asked, started] = [0, 0];
  const ended = new Promise<void>((resolve) => (end = resolve));
  const collect = () => {
    started += 1;
    return ended;
  };
  app.app.get(PrometheusCore).collectFrom({
    collectors: () => {
      asked += 1;
      return [{ name: 'slow', collect }];
    },
  });
});
afterEach(() => app.close());

// register.metrics() had a scraper of its own, which asked databases and pools a second time.
it.each([
  ['register.metrics() during a scrape', () => app.scrape(), () => registry.metrics()],
  ['a scrape during register.metrics()', () => registry.metrics(), () => app.scrape()],
])('%s runs no collector of ours a second time', async (_title, first, second) => {
  const one = first();
  await waitUntil('the first has asked', () => asked === 1);
  const other = second();
  await waitUntil('the second has asked', () => asked === 2);
  end();
  await Promise.all([one, other]);
  expect(started).toBe(1);
  expect((await app.scrape()).value('nestjs_metrics_collector_success', { collector: 'slow' })).toBe(1);
});

it('register.metrics() has the number of series that there are, with those of the collectors', async () => {
  end();
  const text = await registry.metrics();
  expect(text).toContain('nestjs_metrics_collector_success{collector="slow"} 1\n');
  expect(text).toContain('nestjs_metrics_series{metric="nestjs_metrics_collector_success"} 1\n');
});
