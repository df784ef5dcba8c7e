import { describe, expect, it } from 'vitest';
import { PromqlFault } from '../../lib/promql/promql-fault.js';
import { withNamespace } from '../../lib/promql/with-namespace.js';

const NAMES = new Set(['x_seconds', 'y_total', 'job']);
const shop = (expression: string) => withNamespace(expression, 'shop_', NAMES);

describe('a namespace in an expression', () => {
  it.each<readonly [expression: string, expected: string]>([
    ['rate(y_total[5m])', 'rate(shop_y_total[5m])'],
    ['x_seconds_sum / x_seconds_count', 'shop_x_seconds_sum / shop_x_seconds_count'],
    [
      'x_seconds_bucket + x_seconds_created + x_seconds',
      'shop_x_seconds_bucket + shop_x_seconds_created + shop_x_seconds',
    ],
    ['up + other_total', 'up + other_total'],
    ['route:y_total:rate5m', 'route:y_total:rate5m'],
    ['sum by (job) (job{job="job"})', 'sum by (job) (shop_job{job="job"})'],
    ['{__name__="y_total", a="y_total"}', '{__name__="shop_y_total", a="y_total"}'],
    ['{__name__=~"y_total|up|x_seconds_count"}', '{__name__=~"shop_y_total|up|shop_x_seconds_count"}'],
    ['{"y_total"}', '{"shop_y_total"}'],
    [
      'label_replace(y_total, "y_total", "$1", "job", "(.*)")',
      'label_replace(shop_y_total, "y_total", "$1", "job", "(.*)")',
    ],
    ['# y_total\ny_total # y_total', '# y_total\nshop_y_total # y_total'],
    ['rate(y_total{job="$job"}[$__rate_interval])', 'rate(shop_y_total{job="$job"}[$__rate_interval])'],
  ])('%s', (expression, expected) => {
    expect(shop(expression)).toBe(expected);
  });

  it('is put behind the level of a recorded name that is among the names', () => {
    const names = new Set(['route:y_total:rate5m']);
    expect(withNamespace('route:y_total:rate5m > job:y_total:rate5m', 'shop_', names)).toBe(
      'route:shop_y_total:rate5m > job:y_total:rate5m',
    );
  });

  it('changes nothing without a prefix', () => {
    expect(withNamespace('rate(y_total[5m])', '', NAMES)).toBe('rate(y_total[5m])');
  });

  it('is refused for text that is not PromQL', () => {
    expect(() => shop('rate(y_total')).toThrow(PromqlFault);
  });
});
