import { type CellRange, Cells } from './cells.js';
import { type MetricDefinition } from './definition.js';
import { type CellPlace } from './cell-address.js';
import { exemplarsWidth } from './exemplar-cells.js';
import { familyData } from './family-data.js';
import { Journal, type JournalEntry } from './journal.js';
import { labelPair, labelValue } from './label-text.js';
import { type MakeSeries, Metric, type MetricHost } from './metric.js';
import { NameClaims } from './name-claims.js';
import { detach, type Family, type LiveSeries, type Series } from './series.js';
import { type MetricStoreOptions } from './store-options.js';

/**
 * What is behind a `MetricStore`: the metrics of one application, their cells in shared memory, and the journal that
 * tells others of both.
 */
export class Engine implements MetricHost {
  readonly namespace: string;
  readonly defaultLabels: ReadonlyMap<string, string>;
  readonly labelSetsPerMetric: number;
  readonly nativeHistograms: boolean;
  readonly createdTimestamps: boolean;
  readonly journal = new Journal(() => this.past());

  readonly cells = new Cells((chunk) => this.journal.append(() => this.chunkEntry(chunk)));
  private readonly byName = new Map<string, Family>();
  private readonly claims = new NameClaims();

  constructor(private readonly options: MetricStoreOptions) {
    this.namespace = options.namespace ? `${options.namespace}_` : '';
    const defaults = Object.entries(options.defaultLabels ?? {});
    this.defaultLabels = new Map(defaults.map(([name, value]) => [name, labelPair(name, labelValue(value))]));
    this.labelSetsPerMetric = options.labelSetsPerMetric ?? 1000;
    this.nativeHistograms = options.nativeHistograms ?? false;
    this.createdTimestamps = options.createdTimestamps ?? false;
  }

  /**
   * The metric of a definition, made on first use. One definition always has the same kind of series.
   *
   * @errors throws when another definition has the name already, or one of the names of its samples
   */
  metric<D extends MetricDefinition, S extends Series>(definition: D, make: MakeSeries<S>): Metric<D, S> {
    const existing = this.byName.get(definition.name);
    // Stored by this very method, with this definition.
    if (existing?.definition === definition) return existing as Metric<D, S>;
    this.claims.claim(definition);
    const made = new Metric(this.byName.size, definition, this, make);
    this.byName.set(definition.name, made);
    return made;
  }

  /** Every metric, in the order in which they were made. */
  get families(): readonly Family[] {
    return [...this.byName.values()];
  }

  /** All numbers at this instant, by chunk. */
  copyCells(): readonly Float64Array[] {
    return this.cells.copy();
  }

  metricMade(metric: Family): void {
    this.journal.append(() => metricEntry(metric));
  }

  seriesMade(metric: Family, series: LiveSeries, overflow: boolean): void {
    this.journal.append(() => seriesEntry(metric, series, overflow));
  }

  /** The journal comes first: its followers must know of the removal before another series gets the cells. */
  seriesRemoved(metric: Family, removed: readonly Series[], width: number): void {
    this.journal.append(() => ({ kind: 'removed', metric: metric.id, places: removed.map(placeOf) }));
    for (const series of removed) this.cells.giveBack(detach(series), width);
  }

  exemplarsFor(metric: Family, series: Series): CellRange | undefined {
    if (this.options.exemplars === false) return undefined;
    const range = this.cells.allocate(exemplarsWidth(metric.bounds));
    const exemplars = placeOf(range);
    this.journal.append(() => ({ kind: 'exemplars', metric: metric.id, ...placeOf(series), exemplars }));
    return range;
  }

  rejected(metric: Family, value: unknown): void {
    this.options.onRejected?.(metric.name, value);
  }

  overflowed(metric: Family): void {
    this.options.onOverflow?.(metric.name);
  }

  private *past(): Iterable<JournalEntry> {
    for (const chunk of this.cells.chunks.keys()) yield this.chunkEntry(chunk);
    for (const metric of this.byName.values()) {
      yield metricEntry(metric);
      if (metric.overflow !== undefined) yield seriesEntry(metric, metric.overflow, true);
      for (const series of metric.series) yield seriesEntry(metric, series, false);
    }
  }

  private chunkEntry(chunk: number): JournalEntry {
    const { cells, generation } = this.cells.chunkAt(chunk);
    return { kind: 'chunk', chunk, buffer: cells.buffer, generation: generation[0]! };
  }
}

function metricEntry(family: Family): JournalEntry {
  return { kind: 'metric', metric: family.id, ...familyData(family) };
}

function seriesEntry({ id }: Family, series: LiveSeries, overflow: boolean): JournalEntry {
  const { labels, createdSeconds, exemplars } = series;
  const entry = { kind: 'series', metric: id, labels, createdSeconds, overflow, ...placeOf(series) } as const;
  return exemplars === undefined ? entry : { ...entry, exemplars: placeOf(exemplars) };
}

/** Without the cells themselves. */
function placeOf({ chunk, at }: CellPlace): CellPlace {
  return { chunk, at };
}
