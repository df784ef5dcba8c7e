import { type Family, type LiveSeries } from '../../../metrics/series.js';
import { type OwnLabels } from './own-labels.js';

/** A sample in prom-client's shape. */
export interface ProxyValue {
  readonly labels: Record<string, string | number>;
  readonly value: number;
  /** Where it is not the name of the metric. */
  readonly metricName?: string;
}

/**
 * The samples of a family of ours, read from the live cells. Every label object is new: prom-client gives them to its
 * caller, which may change them.
 */
export function ownValues(family: Family, labels: OwnLabels): ProxyValue[] {
  const all: readonly LiveSeries[] =
    family.overflow === undefined ? family.series : [...family.series, family.overflow];
  return family.type === 'histogram'
    ? all.flatMap((series) => histogramValues(family, series, labels.of(series)))
    : all.flatMap((series) => singleValue(series, labels.of(series)));
}

/** A gauge that is not set has no sample. */
function singleValue(series: LiveSeries, labels: Readonly<Record<string, string>>): ProxyValue[] {
  const value = series.cells[series.at] ?? NaN;
  return Number.isNaN(value) ? [] : [{ value, labels: { ...labels } }];
}

function histogramValues(family: Family, series: LiveSeries, labels: Readonly<Record<string, string>>): ProxyValue[] {
  const { name, bounds } = family;
  const counts = cumulate(series.cells.subarray(series.at, series.at + bounds.length + 1));
  const count = counts.at(-1) ?? 0;
  const buckets = Array.from(counts, (value, i) => ({
    metricName: `${name}_bucket`,
    labels: { le: bounds[i] ?? '+Inf', ...labels },
    value,
  }));
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels: { ...labels }, value: series.cells[series.at + bounds.length + 1] ?? 0 },
    { metricName: `${name}_count`, labels: { ...labels }, value: count },
  ];
}

function cumulate(counts: Float64Array): Float64Array {
  let total = 0;
  return counts.map((count) => (total += count));
}
