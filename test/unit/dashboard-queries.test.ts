import { describe, expect, it } from 'vitest';
import { withMatchers } from '../../lib/dashboards/queries/matchers.js';
import { withNativeHistograms } from '../../lib/dashboards/queries/native-histograms.js';

describe('matchers put into a query', () => {
  it.each([
    ['up', 'up{a="b"}'],
    ['rate(x_total{c="d"}[$__rate_interval]) / y', 'rate(x_total{a="b", c="d"}[$__rate_interval]) / y{a="b"}'],
    ['x and on (c) sum by (c) (y offset 5m)', 'x{a="b"} and on (c) sum by (c) (y{a="b"} offset 5m)'],
  ])('%s', (plain, expected) => {
    expect(withMatchers(plain, 'a="b"')).toBe(expected);
  });
});

describe('a query over native histograms', () => {
  it.each([
    ['histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))', 'histogram_quantile(0.9, sum(rate(x[5m])))'],
    ['sum by (a, le) (increase(x_bucket{b="le"}[5m]))', 'sum by (a) (increase(x{b="le"}[5m]))'],
    [
      'sum(rate(x_sum[5m])) / sum(rate(x_count[5m]))',
      'sum(histogram_sum(rate(x[5m]))) / sum(histogram_count(rate(x[5m])))',
    ],
    ['rate(y_count[5m]) + rate(y_bucket_total[5m])', 'rate(y_count[5m]) + rate(y_bucket_total[5m])'],
  ])('%s', (plain, expected) => {
    expect(withNativeHistograms(plain, new Set(['x']))).toBe(expected);
  });
});
