import { boundedBy, defineCounter, MetricStore } from 'nestjs-prometheus-exporter';
import { baseline, metricMatchers, type MetricMatchers } from 'nestjs-prometheus-exporter/testing';
import { beforeEach, describe, expect, it } from 'vitest';

declare module 'vitest' {
  // The parameter has to be called as it is there.
  // oxlint-disable-next-line typescript/no-explicit-any, typescript/no-unused-vars
  interface Matchers<T = any> extends MetricMatchers {}
}

expect.extend(metricMatchers);

const ROWS_TOTAL = defineCounter({ name: 'rows_total', help: 'Rows.', labels: { model: boundedBy('the models') } });

let store: MetricStore;
beforeEach(async () => {
  store = new MetricStore();
  store.counter(ROWS_TOTAL).labels({ model: 'dog' });
  await baseline(store);
});
const count = (by = 1) => store.counter(ROWS_TOTAL).labels({ model: 'dog' }).inc(by);

describe('the matchers', () => {
  it('tell how much a metric has increased', async () => {
    count(2);
    await expect(store).toHaveIncreasedMetric('rows_total', { model: 'dog' }, 2);
    await expect(store).not.toHaveIncreasedMetric('rows_total', { model: 'dog' }, 1);
  });

  it('wait for it', async () => {
    setTimeout(count, 30);
    await expect(store).toHaveIncreasedMetric('rows_total', {}, 1, { timeoutMs: 5000 });
  });

  it('tell whether there is a metric, and its value', async () => {
    await expect(store).toHaveMetric('rows_total');
    await expect(store).toHaveMetric('rows_total', { model: 'dog' }, 0);
    await expect(store).not.toHaveMetric('rows_total', { model: 'cat' });
    await expect(store).not.toHaveMetric('rows_total', {}, 1);
    await expect(store).not.toHaveMetric('cats_total');
  });

  it('fail with the same message as expectMetric', async () => {
    await expect(expect(store).toHaveIncreasedMetric('rows_total', {}, 1)).rejects.toThrow(
      'Expected rows_total to have increased by 1, but it increased by 0.\n\n  before   after\n       0       0  rows_total{model="dog"}',
    );
    await expect(expect(store).not.toHaveIncreasedMetric('rows_total', {}, 0)).rejects.toThrow(
      'Expected rows_total not to have increased by 0, but it increased by 0.',
    );
  });

  it('fail for a name that nothing has, negated or not', async () => {
    await expect(expect(store).toHaveIncreasedMetric('row_total', {}, 0)).rejects.toThrow(/did you mean rows_total/);
    await expect(expect(store).not.toHaveIncreasedMetric('row_total', {}, 1)).rejects.toThrow(
      /did you mean rows_total/,
    );
    await expect(expect(store).not.toHaveMetric('row_total', {}, 1)).rejects.toThrow(/did you mean rows_total/);
  });

  it('lint', async () => {
    await expect(store).toHaveMetricsThatLint();
    await expect(expect('walk_minutes 1\n').toHaveMetricsThatLint()).rejects.toThrow(
      'Expected metrics that lint, got\n  walk_minutes: no help text\n  walk_minutes: use base unit "seconds" instead of "minutes"',
    );
    await expect(expect(store).not.toHaveMetricsThatLint()).rejects.toThrow(/but all do/);
  });
});
