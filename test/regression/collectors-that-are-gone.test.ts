import { Gauge, Registry } from 'prom-client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Exposition } from '../support/exposition.js';
import { NestApp, valuesOf } from '../support/nest-app.js';

let app: NestApp;
let registry: Registry;

beforeEach(async () => {
  registry = new Registry();
  app = await NestApp.start('express', { metrics: { registry } });
});
afterEach(() => app.close());

function add(name: string): void {
  const gauge: Gauge = new Gauge({ name, help: 'Animals.', registers: [registry], collect: () => gauge.set(1) });
}

const collectorsOf = (metrics: Exposition) =>
  ['success', 'duration_seconds'].map((what) => valuesOf(metrics, `nestjs_metrics_collector_${what}`, 'collector'));

it('a prom-client metric that was removed from its registry leaves no series of its collector', async () => {
  for (const name of ['dogs', 'cats']) add(name);
  const before = collectorsOf(await app.scrape());
  for (const names of before) expect(names).toEqual(expect.arrayContaining(['cats', 'dogs']));
  registry.removeSingleMetric('dogs');
  const after = collectorsOf(await app.scrape());
  expect(after).toEqual(before.map((names) => names.filter((name) => name !== 'dogs')));
  add('dogs');
  expect(collectorsOf(await app.scrape())).toEqual(before);
});
