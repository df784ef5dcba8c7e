import { type CellRange } from './cells.js';
import { type ClosedLabel, type LabelValues, type Labels, type MetricDefinition } from './definition.js';
import { GaugeSeries } from './gauge.js';
import { labelPair, labelText, labelValue } from './label-text.js';
import { type Family, type Series, type SeriesOwner } from './series.js';
import { OVERFLOW, SeriesBudget } from './series-budget.js';

/** What a metric needs of its store. */
export interface MetricHost {
  readonly namespace: string;
  /** Put before the labels of every series, as text; by name, for a metric's own label of that name wins. */
  readonly defaultLabels: ReadonlyMap<string, string>;
  readonly labelSetsPerMetric: number;
  allocate(width: number): CellRange;
  metricMade(metric: Family): void;
  seriesMade(metric: Family, series: Series, overflow: boolean): void;
  rejected(metric: Family, value: unknown): void;
  overflowed(metric: Family): void;
}

type MakeSeries<S extends Series> = new (owner: SeriesOwner, range: CellRange, labels: string) => S;

/** What a caller without types may give for `LabelValues`. */
type Given = Readonly<Record<string, unknown>> | null | undefined;

/** A level of the index: the value of one label leads to the next level, the last one to the series. */
type Level<S> = Map<unknown, Level<S> | S>;

/**
 * One metric: its series, found by the values of their labels.
 * `labels()` is a map lookup per label; a hot path keeps what it returns.
 */
export class Metric<L extends Labels = Labels, S extends Series = Series> implements SeriesOwner, Family {
  readonly name: string;
  readonly bounds: readonly number[];
  readonly series: S[] = [];
  private readonly labelNames: readonly string[];
  private readonly defaultLabels: readonly string[];
  private readonly indexed: readonly string[];
  private readonly index: Level<S> = new Map();
  private readonly budget: SeriesBudget;
  private readonly single: S | undefined;
  private folding: S | undefined;

  constructor(
    readonly id: number,
    readonly definition: MetricDefinition & { readonly labels: L },
    private readonly host: MetricHost,
    private readonly make: MakeSeries<S>,
  ) {
    this.name = host.namespace + definition.name;
    this.bounds = definition.type === 'histogram' ? definition.buckets : [];
    this.labelNames = Object.keys(definition.labels);
    this.defaultLabels = [...host.defaultLabels].flatMap(([name, text]) => (name in definition.labels ? [] : text));
    this.indexed = fewestValuesFirst(definition.labels);
    this.budget = new SeriesBudget(host.labelSetsPerMetric);
    host.metricMade(this);
    this.single = this.labelNames.length === 0 ? this.create({}) : undefined;
    if (mayOverflow(definition.labels, host.labelSetsPerMetric)) this.folding = this.createOverflow();
  }

  /**
   * The series that takes what the budget does not admit. Where that may happen it is made at once: a counter is there
   * at zero, so that the first increase is seen; a gauge has no zero to start from and shows once it is set.
   */
  get overflow(): S | undefined {
    return this.folding;
  }

  /** The handle of a label set, made on first use while the budget lasts. */
  labels(values: LabelValues<L>): S {
    return this.find(values) ?? this.admit(values, false);
  }

  /** The handle of a label set that is known at boot: there at zero, and outside the budget. */
  known(values: LabelValues<L>): S {
    return this.find(values) ?? this.admit(values, true);
  }

  reject(value: unknown): void {
    this.host.rejected(this, value);
  }

  private find(values: Given): S | undefined {
    if (this.single !== undefined) return this.single;
    let at: Level<S> | S | undefined = this.index;
    for (const name of this.indexed) at = (at as Level<S> | undefined)?.get(values?.[name]);
    return at as S | undefined;
  }

  /** The slow path: plain text of every value, then once more the index, then a new series or the overflow. */
  private admit(values: Given, known: boolean): S {
    const plain = Object.fromEntries(this.labelNames.map((name) => [name, labelValue(values?.[name])]));
    const found = this.find(plain);
    if (found !== undefined) return found;
    if (known || this.budget.admit()) return this.create(plain);
    this.host.overflowed(this);
    // Closed labels stay within the budget, unless a caller without types gives them any value.
    return (this.folding ??= this.createOverflow());
  }

  /** In the index as well, for a caller may use the word as a value. */
  private createOverflow(): S {
    const values = Object.fromEntries(this.labelNames.map((name) => [name, OVERFLOW]));
    const series = this.build(values, true);
    if (series instanceof GaugeSeries) series.unset();
    this.insert(values, series);
    return series;
  }

  private create(values: Readonly<Record<string, string>>): S {
    const series = this.build(values, false);
    this.series.push(series);
    this.insert(values, series);
    return series;
  }

  private build(values: Readonly<Record<string, string>>, overflow: boolean): S {
    const own = this.labelNames.map((name) => labelPair(name, values[name] ?? ''));
    const width = this.definition.type === 'histogram' ? this.bounds.length + 2 : 1;
    const series = new this.make(this, this.host.allocate(width), labelText([...this.defaultLabels, ...own]));
    this.host.seriesMade(this, series, overflow);
    return series;
  }

  private insert(values: Readonly<Record<string, string>>, series: S): void {
    let level = this.index;
    const last = this.indexed.length - 1;
    this.indexed.forEach((name, depth) => {
      const value = values[name];
      if (depth === last) level.set(value, series);
      else level = (level.get(value) as Level<S> | undefined) ?? addLevel(level, value);
    });
  }
}

function addLevel<S>(parent: Level<S>, value: unknown): Level<S> {
  const level: Level<S> = new Map();
  parent.set(value, level);
  return level;
}

/** Few values near the root, many in the leaves: the other way round every leaf would be a map of one. */
function fewestValuesFirst(labels: Labels): readonly string[] {
  const size = (name: string) => {
    const label = labels[name];
    return label !== undefined && isClosed(label) ? label.values.length : Infinity;
  };
  return Object.keys(labels).toSorted((a, b) => (size(a) === size(b) ? 0 : size(a) - size(b)));
}

/** Only an open label, or more combinations of closed ones than the budget, can exceed it. */
function mayOverflow(labels: Labels, limit: number): boolean {
  const sizes = Object.values(labels).map((label) => (isClosed(label) ? label.values.length : Infinity));
  return sizes.length > 0 && sizes.reduce((product, size) => product * size, 1) > limit;
}

function isClosed(label: Labels[string]): label is ClosedLabel {
  return 'values' in label;
}
