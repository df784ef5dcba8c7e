import { type DataSourceInfo } from '../observe/database-events.js';
import { type LabelValues, type MetricDefinition } from '../metrics/definition.js';
import { isOverflow } from '../metrics/metric.js';
import { type SeriesByLabels } from '../metrics/series-by-labels.js';

/** The handles of one data source. */
export interface NamedHandles {
  /** The value of the label. It stays the same if the data source is renamed. */
  readonly name: string;
}

/** The series of data sources under one naming convention. */
export interface DataSourceSeriesMaker<Handles extends NamedHandles> {
  /** The number of requests for a label set that were answered with `_overflow`. */
  readonly folded: number;
  ofDataSource(dataSource: DataSourceInfo): Handles;
  /** Removes all series of the data sources with this name. */
  remove(name: string): void;
}

/** Finds the series of data sources, and counts those that were folded into `_overflow`. */
export class DataSourceSeriesFinder {
  folded = 0;

  /** Data sources created after boot may be many, so their series count against the budget of the metric. */
  protected find<D extends MetricDefinition, S extends object>(
    { fromBoot }: DataSourceInfo,
    metric: SeriesByLabels<D, S>,
    labels: LabelValues<D['labels']>,
  ): S {
    const series = fromBoot ? metric.known(labels) : metric.labels(labels);
    if (isOverflow(series, metric)) this.folded += 1;
    return series;
  }
}
