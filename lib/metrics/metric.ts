import { type CellRange, type Cells } from './cells.js';
import { combinationCount, combinationsOf, isCombinationOf } from './combinations.js';
import { type LabelValues, type MetricDefinition } from './definition.js';
import { type MetricType, type Unit, seriesWidth } from './family-data.js';
import { type MergeMode } from './merge-mode.js';
import { GaugeInCells } from './gauge.js';
import { type Given, LabelIndex } from './label-index.js';
import { labelPair, labelText, labelValue } from './label-text.js';
import { type Family, isDetached, type Series, type SeriesOwner } from './series.js';
import { type SeriesByLabels } from './series-by-labels.js';
import { OVERFLOW, SeriesBudget } from './series-budget.js';

/** What a metric needs of its engine. */
export interface MetricHost {
  readonly namespace: string;
  /** Put before the labels of every series, as text; by name, for a metric's own label of that name wins. */
  readonly defaultLabels: ReadonlyMap<string, string>;
  readonly labelSetsPerMetric: number;
  readonly nativeHistograms: boolean;
  readonly createdTimestamps: boolean;
  readonly cells: Cells;
  metricMade(metric: Family): void;
  seriesMade(metric: Family, series: Series, overflow: boolean): void;
  /** Takes the cells back. */
  seriesRemoved(metric: Family, series: readonly Series[], width: number): void;
  exemplarsFor(metric: Family, series: Series): CellRange | undefined;
  rejected(metric: Family, value: unknown): void;
  overflowed(metric: Family): void;
}

export type MakeSeries<S extends Series> = new (owner: SeriesOwner, range: CellRange, labels: string) => S;

/** With more combinations than these a metric begins with those that are used. */
const MAX_AT_ZERO = 100;

/**
 * One metric: its series, found by the values of their labels.
 * `labels()` is a map lookup per label; a hot path keeps what it returns.
 *
 * Where all labels of a counter or a histogram are closed sets of at most 100 combinations, all of them stand at zero
 * from the start, so that `rate()` sees the first increase. A gauge has no zero to start from and shows once it is set.
 */
export class Metric<D extends MetricDefinition = MetricDefinition, S extends Series = Series>
  implements SeriesByLabels<D, S>, SeriesOwner, Family
{
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly unit: Unit | undefined;
  readonly bounds: readonly number[];
  readonly readAtScrape: boolean;
  readonly native: boolean;
  readonly createdLines: boolean;
  readonly merge: MergeMode;
  readonly cells: Cells;
  private listed: S[] = [];
  /** How many of those that are listed have been removed. */
  private removed = 0;
  private readonly labelNames: readonly string[];
  private readonly defaultLabels: readonly string[];
  /** How many cells a series has. */
  private readonly width: number;
  private readonly index: LabelIndex<S>;
  private readonly budget: SeriesBudget;
  private readonly single: S | undefined;
  private folding: S | undefined;
  private standsAtZero = false;

  constructor(
    readonly id: number,
    readonly definition: D,
    private readonly host: MetricHost,
    private readonly make: MakeSeries<S>,
  ) {
    const { type, help, unit, labels } = definition;
    this.name = host.namespace + definition.name;
    this.help = help;
    this.type = type;
    this.unit = unit;
    this.bounds = type === 'histogram' ? definition.buckets : [];
    this.readAtScrape = type === 'gauge' && definition.readAtScrape === true;
    this.native = type === 'histogram' && (definition.native ?? host.nativeHistograms);
    this.createdLines = type !== 'gauge' && host.createdTimestamps;
    this.merge = definition.merge ?? 'sum';
    this.cells = host.cells;
    this.width = seriesWidth(this);
    this.labelNames = Object.keys(labels);
    this.defaultLabels = [...host.defaultLabels].flatMap(([name, text]) => (name in labels ? [] : text));
    this.index = new LabelIndex(labels);
    this.budget = new SeriesBudget(host.labelSetsPerMetric);
    host.metricMade(this);
    this.single = this.labelNames.length === 0 ? this.create({}) : undefined;
    if (this.single === undefined) this.start(combinationCount(labels));
  }

  get series(): readonly S[] {
    if (this.removed > 0) this.listAnew();
    return this.listed;
  }

  /**
   * The series that takes what the budget does not admit. Where that may happen it is made at once: a counter is there
   * at zero, so that the first increase is seen; a gauge has no zero to start from and shows once it is set.
   */
  get overflow(): S | undefined {
    return this.folding;
  }

  labels(values: LabelValues<D['labels']>): S {
    return this.find(values) ?? this.admit(values, false);
  }

  known(values: LabelValues<D['labels']>): S {
    return this.find(values) ?? this.admit(values, true);
  }

  remove(values: Partial<LabelValues<D['labels']>>): number {
    if (this.single !== undefined) return 0;
    const taken = this.index.take(values, this.folding);
    for (const series of taken) this.budget.giveBack(series);
    if (taken.length > 0) this.host.seriesRemoved(this, taken, this.width);
    this.removed += taken.length;
    // Not at each removal, or removing all one by one would take the square of their number.
    if (this.removed * 2 > this.listed.length) this.listAnew();
    return taken.length;
  }

  reject(value: unknown): void {
    this.host.rejected(this, value);
  }

  exemplarsFor(series: S): CellRange | undefined {
    return this.host.exemplarsFor(this, series);
  }

  private start(combinations: number): void {
    const { type, labels } = this.definition;
    this.standsAtZero = type !== 'gauge' && combinations <= MAX_AT_ZERO;
    if (this.standsAtZero) {
      for (const values of combinationsOf(labels)) this.known(values as LabelValues<D['labels']>);
    } else if (combinations > this.host.labelSetsPerMetric) this.folding = this.createOverflow();
  }

  private find(values: Given): S | undefined {
    return this.single ?? this.index.find(values);
  }

  /** The slow path: plain text of every value, then once more the index, then a new series or the overflow. */
  private admit(values: Given, known: boolean): S {
    const plain = Object.fromEntries(this.labelNames.map((name) => [name, labelValue(values?.[name])]));
    const found = this.find(plain);
    if (found !== undefined) return found;
    if (known || this.stoodAtZero(plain)) return this.create(plain);
    if (this.budget.hasPlace) {
      const series = this.create(plain);
      this.budget.take(series);
      return series;
    }
    this.host.overflowed(this);
    // Closed labels stay within the budget, unless a caller without types gives them any value.
    return (this.folding ??= this.createOverflow());
  }

  /** Made anew after it was removed, it is outside the budget again. */
  private stoodAtZero(values: Readonly<Record<string, string>>): boolean {
    return this.standsAtZero && isCombinationOf(this.definition.labels, values);
  }

  /** In the index as well, for a caller may use the word as a value. */
  private createOverflow(): S {
    const values = Object.fromEntries(this.labelNames.map((name) => [name, OVERFLOW]));
    const series = this.build(values, true);
    if (series instanceof GaugeInCells) series.unset();
    this.index.insert(values, series);
    return series;
  }

  private create(values: Readonly<Record<string, string>>): S {
    const series = this.build(values, false);
    this.listed.push(series);
    this.index.insert(values, series);
    return series;
  }

  private build(values: Readonly<Record<string, string>>, overflow: boolean): S {
    const own = this.labelNames.flatMap((name) => this.pairOf(name, values[name] ?? ''));
    const series = new this.make(this, this.cells.allocate(this.width), labelText([...this.defaultLabels, ...own]));
    this.host.seriesMade(this, series, overflow);
    return series;
  }

  private pairOf(name: string, value: string): string | [] {
    return value === '' && this.definition.labels[name]!.optional === true ? [] : labelPair(name, value);
  }

  /** Another list: whoever renders the old one goes on with it. */
  private listAnew(): void {
    this.listed = this.listed.filter((series) => !isDetached(series));
    this.removed = 0;
  }
}

/** Whether a handle is that of `_overflow`, into which its metric folds what the budget does not admit. */
export function isOverflow(series: object, metric: object): boolean {
  return metric instanceof Metric && metric.overflow === series;
}
