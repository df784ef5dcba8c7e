import { Cells, type CellRange, type CellSnapshot } from './cells.js';
import { CounterSeries } from './counter.js';
import {
  type CounterDefinition,
  type GaugeDefinition,
  type HistogramDefinition,
  type LabelDefinitions,
  type MetricDefinition,
  namesOf,
} from './definition.js';
import { GaugeSeries } from './gauge.js';
import { HistogramSeries } from './histogram.js';
import { Journal, type JournalEntry } from './journal.js';
import { labelPair, labelValue } from './label-text.js';
import { Metric, type MetricHost } from './metric.js';
import { detach, type Family, type Series, type SeriesCells } from './series.js';

export type Counter<L extends LabelDefinitions = LabelDefinitions> = Metric<L, CounterSeries>;
export type Gauge<L extends LabelDefinitions = LabelDefinitions> = Metric<L, GaugeSeries>;
export type Histogram<L extends LabelDefinitions = LabelDefinitions> = Metric<L, HistogramSeries>;

export interface StoreOptions {
  /** Put before every name, with an underscore. Default: nothing. */
  readonly namespace?: string;
  /** Labels of every series; a metric's own label of the same name wins. Default: none. */
  readonly defaultLabels?: Readonly<Record<string, string>>;
  /** Label sets a metric may make while the application runs; the rest goes to `_overflow`. Default: 1,000. */
  readonly labelSetsPerMetric?: number;
  /** Hears of every value that was ignored: NaN, infinite, or a negative increment. */
  readonly onRejected?: (name: string, value: unknown) => void;
  /** Hears of every label set that was folded into `_overflow`. */
  readonly onOverflow?: (name: string) => void;
}

/**
 * The metrics of one application: definitions in, handles out, cells in shared memory.
 * Nothing here throws once a metric exists, whatever it is given.
 */
export class MetricStore implements MetricHost {
  readonly namespace: string;
  readonly defaultLabels: ReadonlyMap<string, string>;
  readonly labelSetsPerMetric: number;
  readonly journal = new Journal(() => this.past());

  private readonly cells = new Cells((chunk) => this.journal.append(() => this.chunkEntry(chunk)));
  private readonly byName = new Map<string, Family>();
  /** By each name that a metric takes up, the metric. */
  private readonly owners = new Map<string, string>();

  constructor(private readonly options: StoreOptions = {}) {
    this.namespace = options.namespace ? `${options.namespace}_` : '';
    const defaults = Object.entries(options.defaultLabels ?? {});
    this.defaultLabels = new Map(defaults.map(([name, value]) => [name, labelPair(name, labelValue(value))]));
    this.labelSetsPerMetric = options.labelSetsPerMetric ?? 1000;
  }

  /**
   * The counter of a definition, made on first use.
   *
   * @errors throws when another definition has the name already, or one of the names of its samples
   */
  counter<L extends LabelDefinitions>(definition: CounterDefinition<L>): Counter<L> {
    return this.metric(definition, (id) => new Metric(id, definition, this, CounterSeries));
  }

  /** As `counter`, for a gauge. */
  gauge<L extends LabelDefinitions>(definition: GaugeDefinition<L>): Gauge<L> {
    return this.metric(definition, (id) => new Metric(id, definition, this, GaugeSeries));
  }

  /** As `counter`, for a histogram. */
  histogram<L extends LabelDefinitions>(definition: HistogramDefinition<L>): Histogram<L> {
    return this.metric(definition, (id) => new Metric(id, definition, this, HistogramSeries));
  }

  /** Every metric, in the order in which they were made. */
  get families(): readonly Family[] {
    return [...this.byName.values()];
  }

  snapshot(): CellSnapshot {
    return this.cells.snapshot();
  }

  allocate(width: number): CellRange {
    return this.cells.allocate(width);
  }

  metricMade(metric: Family): void {
    this.journal.append(() => metricEntry(metric));
  }

  seriesMade(metric: Family, series: SeriesCells, overflow: boolean): void {
    this.journal.append(() => this.seriesEntry(metric, series, overflow));
  }

  /** First the journal: who follows it shall know before the cells belong to another series. */
  seriesRemoved(metric: Family, series: Series, width: number): void {
    this.journal.append(() => this.removedEntry(metric, series));
    this.cells.giveBack(detach(series), width);
  }

  rejected(metric: Family, value: unknown): void {
    this.options.onRejected?.(metric.name, value);
  }

  overflowed(metric: Family): void {
    this.options.onOverflow?.(metric.name);
  }

  private metric<M extends Family>(definition: MetricDefinition, make: (id: number) => M): M {
    const existing = this.byName.get(definition.name);
    if (existing !== undefined) {
      // The same definition object was stored by this very method, and so with the same kind of series.
      if (existing.definition === definition) return existing as M;
      throw new TypeError(
        `Expected one definition of ${definition.name}, got a second one (${definition.type}): rename one of the two.`,
      );
    }
    this.claim(definition);
    const made = make(this.byName.size);
    this.byName.set(definition.name, made);
    return made;
  }

  /** The gauge `x_count` and the histogram `x`, the gauge `x` and the counter `x_total`: one of the formats mixes them up. */
  private claim(definition: MetricDefinition): void {
    const names = namesOf(definition);
    const taken = names.find((name) => this.owners.has(name));
    if (taken !== undefined) {
      throw new TypeError(
        `Expected the names that ${definition.name} takes up to be free, got ${taken}, which belongs to ${this.owners.get(taken)}: rename one of the two.`,
      );
    }
    for (const name of names) this.owners.set(name, definition.name);
  }

  private *past(): Iterable<JournalEntry> {
    for (const chunk of this.cells.chunks) yield this.chunkEntry(chunk);
    for (const metric of this.byName.values()) {
      yield metricEntry(metric);
      if (metric.overflow !== undefined) yield this.seriesEntry(metric, metric.overflow, true);
      for (const series of metric.series) yield this.seriesEntry(metric, series, false);
    }
  }

  private chunkEntry(chunk: Float64Array): JournalEntry {
    const { buffer } = chunk;
    return {
      kind: 'chunk',
      chunk: this.cells.chunks.indexOf(chunk),
      buffer,
      generation: this.cells.generationOf(chunk),
    };
  }

  private seriesEntry(metric: Family, series: SeriesCells, overflow: boolean): JournalEntry {
    return {
      kind: 'series',
      metric: metric.id,
      chunk: this.cells.chunks.indexOf(series.cells),
      at: series.at,
      labels: series.labels,
      overflow,
    };
  }

  private removedEntry(metric: Family, { cells, at }: SeriesCells): JournalEntry {
    return { kind: 'removed', metric: metric.id, chunk: this.cells.chunks.indexOf(cells), at };
  }
}

function metricEntry(metric: Family): JournalEntry {
  const { type, help, unit } = metric.definition;
  return { kind: 'metric', metric: metric.id, name: metric.name, help, type, unit, bounds: metric.bounds };
}
