import { Metric } from '../../lib/metrics/metric.js';
import { type LiveSeries, Series } from '../../lib/metrics/series.js';

/** A metric as the engine knows it. */
export function insideOf(metric: object): Metric {
  if (metric instanceof Metric) return metric;
  throw new TypeError('Expected a metric of ours.');
}

/** A handle as the engine knows it: with its cells and its label text. */
export function liveSeries(handle: object): LiveSeries {
  if (handle instanceof Series) return handle;
  throw new TypeError('Expected a handle of ours.');
}
