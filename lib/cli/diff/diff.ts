import { type Endpoint } from '../read/endpoint.js';
import { type Published } from '../read/published.js';
import { totalSeries } from '../check/cardinality.js';
import { type Change } from './change.js';
import { changesBetween } from './metric-changes.js';

/** What two expositions publish differently. `--json` prints it as it is. */
export interface DiffReport {
  readonly before: Counts;
  readonly after: Counts;
  readonly changes: readonly Change[];
  /** Metrics of both sides whose number of series differs. */
  readonly series: readonly SeriesChange[];
}

interface Counts {
  readonly source: string;
  readonly metrics: number;
  readonly series: number;
}

export interface SeriesChange {
  readonly metric: string;
  readonly before: number;
  readonly after: number;
}

export function diff(before: Endpoint, after: Endpoint): DiffReport {
  return {
    before: countsOf(before),
    after: countsOf(after),
    changes: changesBetween(before.published, after.published),
    series: seriesChanges(before.published, after.published),
  };
}

function countsOf({ shown, published }: Endpoint): Counts {
  return { source: shown, metrics: published.metrics.size, series: totalSeries(published) };
}

function seriesChanges(before: Published, after: Published): readonly SeriesChange[] {
  return [...before.metrics.values()].flatMap(({ name, seriesCount }) => {
    const now = after.metrics.get(name)?.seriesCount;
    return now === undefined || now === seriesCount ? [] : [{ metric: name, before: seriesCount, after: now }];
  });
}
