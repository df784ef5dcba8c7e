import { type MetricDefinition } from '../../../metrics/definition.js';
import { type Aggregator } from '../../foreign-family.js';

/** As prom-client has them for its own metrics of these names. */
const BY_NAME: ReadonlyMap<string, Aggregator> = new Map<string, Aggregator>([
  ['process_start_time_seconds', 'omit'],
  ['nodejs_version_info', 'first'],
  ['nodejs_eventloop_lag_seconds', 'average'],
  ['nodejs_eventloop_lag_min_seconds', 'min'],
  ['nodejs_eventloop_lag_max_seconds', 'max'],
  ['nodejs_eventloop_lag_mean_seconds', 'average'],
  ['nodejs_eventloop_lag_stddev_seconds', 'average'],
  ['nodejs_eventloop_lag_p50_seconds', 'average'],
  ['nodejs_eventloop_lag_p90_seconds', 'average'],
  ['nodejs_eventloop_lag_p99_seconds', 'average'],
]);

export function aggregatorOf({ name, type }: MetricDefinition): Aggregator {
  const known = BY_NAME.get(name);
  if (known !== undefined) return known;
  if (type !== 'gauge') return 'sum';
  // The sum of timestamps means nothing; the oldest one tells of the process that is stuck.
  if (name.endsWith('_timestamp_seconds')) return 'min';
  if (name.endsWith('_info')) return 'first';
  return name.endsWith('_ratio') ? 'average' : 'sum';
}
