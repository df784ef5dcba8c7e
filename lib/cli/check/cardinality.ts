import { type Published, type PublishedMetric } from '../read/published.js';
import { type Finding } from './finding.js';

/** Where the series of a metric come from. */
export interface Cardinality {
  readonly metric: string;
  readonly type: string;
  readonly series: number;
  /** The labels with their number of different values, most values first. */
  readonly labels: readonly { readonly label: string; readonly values: number }[];
}

/** Of each metric that has series, most series first. */
export function cardinalities({ metrics }: Published): readonly Cardinality[] {
  return Array.from(metrics.values(), cardinality)
    .filter(({ series }) => series > 0)
    .toSorted((one, other) => other.series - one.series || (one.metric < other.metric ? -1 : 1));
}

export function totalSeries({ metrics }: Published): number {
  return [...metrics.values()].reduce((sum, { seriesCount }) => sum + seriesCount, 0);
}

/** The metrics with more series than the user wants. */
export function aboveLimit(found: readonly Cardinality[], mostSeries: number | undefined): readonly Finding[] {
  if (mostSeries === undefined) return [];
  return found
    .filter(({ series }) => series > mostSeries)
    .map(({ metric, series, labels: [widest] }) => {
      const reason = widest === undefined ? '' : `, most of them by ${widest.label} with ${widest.values} values`;
      return {
        level: 'warning',
        check: 'series',
        metric,
        message: `${series} series, more than ${mostSeries}${reason}`,
      };
    });
}

function cardinality({ name, family, labels, seriesCount }: PublishedMetric): Cardinality {
  const counted = Array.from(labels, (label) => {
    const values = new Set(family.samples.map((sample) => valueOf(sample.labels, label)));
    values.delete(undefined);
    return { label, values: values.size };
  });
  return {
    metric: name,
    type: family.type,
    series: seriesCount,
    labels: counted.toSorted((one, other) => other.values - one.values),
  };
}

/** A label may be called as a property of every object is. */
function valueOf(labels: Readonly<Record<string, string>>, label: string): string | undefined {
  return Object.hasOwn(labels, label) ? labels[label] : undefined;
}
