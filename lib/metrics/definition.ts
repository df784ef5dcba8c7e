import { type MetricType, type Unit } from './family-data.js';
import { COUNT_MERGE_MODES, type CountMergeMode, MERGE_MODES, type MergeMode, PROCESS_LABEL } from './merge-mode.js';

/**
 * A metric as data: its name, what it means, its unit, its labels and what bounds the values of each of them.
 * Nothing is allocated here; `MetricStore` turns a definition into cells.
 */

interface AnyLabel {
  /** Whether a series whose value is empty is written without the label. To Prometheus both are the same series. */
  readonly optional?: boolean;
}

/** A label with a fixed set of values: any other value does not compile. */
export interface ClosedLabel<Value extends string = string> extends AnyLabel {
  readonly values: readonly Value[];
}

/** A label whose values come from a registry of the application, and the sentence that says which. */
export interface BoundedLabel extends AnyLabel {
  readonly boundedBy: string;
}

export type LabelDefinitions = Readonly<Record<string, ClosedLabel | BoundedLabel>>;

/** What a caller has to give for a set of labels: every name, and for a closed label one of its values. */
export type LabelValues<L extends LabelDefinitions> = {
  readonly [Name in keyof L]: L[Name] extends ClosedLabel<infer Value> ? Value : string;
};

/** How the metrics of a type can be merged. */
type MergeModeOf<Type extends MetricType> = Type extends 'gauge' ? MergeMode : CountMergeMode;

interface Definition<Type extends MetricType, L extends LabelDefinitions> {
  readonly type: Type;
  readonly name: string;
  readonly help: string;
  readonly unit?: Unit;
  readonly labels: L;
  /** How several processes are merged; `sum` if it is left out. */
  readonly merge?: MergeModeOf<Type>;
}

export type CounterDefinition<L extends LabelDefinitions = LabelDefinitions> = Definition<'counter', L>;
export interface GaugeDefinition<L extends LabelDefinitions = LabelDefinitions> extends Definition<'gauge', L> {
  /** Its value is only set when a scrape collects it. */
  readonly readAtScrape?: boolean;
}
export interface HistogramDefinition<L extends LabelDefinitions = LabelDefinitions> extends Definition<'histogram', L> {
  /** Upper bounds, ascending; `+Inf` is implied. */
  readonly buckets: readonly number[];
  /** Whether it has native buckets too, whatever the option `nativeHistograms` says. */
  readonly native?: boolean;
}
export type MetricDefinition = CounterDefinition | GaugeDefinition | HistogramDefinition;

/** What `defineCounter` and its like are given. */
interface Described<Type extends MetricType, L extends LabelDefinitions> {
  readonly name: string;
  readonly help: string;
  readonly unit?: Unit;
  readonly labels?: L;
  /**
   * How the values of several processes become one, where the option `processes` lets them answer together.
   *
   * @defaultValue `sum`
   */
  readonly merge?: MergeModeOf<Type>;
}

/** No labels at all. */
type NoLabels = Record<never, never>;

/** A label with a fixed set of values. */
export function oneOf<const Value extends string>(...values: readonly Value[]): ClosedLabel<Value> {
  return { values };
}

/** A label whose values the application decides; `what` names the registry that keeps them few. */
export function boundedBy(what: string): BoundedLabel {
  return { boundedBy: what };
}

/** A label that some series do not have. For those, the value is the empty string. */
export function optional<const Value extends string>(label: ClosedLabel<Value>): ClosedLabel<Value | ''>;
export function optional(label: BoundedLabel): BoundedLabel;
export function optional(label: ClosedLabel | BoundedLabel): ClosedLabel | BoundedLabel {
  return 'values' in label ? { values: [...label.values, ''], optional: true } : { ...label, optional: true };
}

/**
 * A value that only goes up. The name ends in `_total`.
 *
 * @errors throws a `TypeError` that names the fault when the name, the help, a label name or `merge` is not valid
 */
export function defineCounter<const L extends LabelDefinitions = NoLabels>(
  described: Described<'counter', L>,
): CounterDefinition<L> {
  if (!described.name.endsWith('_total')) {
    throw new TypeError(`Expected the name of a counter to end in _total, got ${described.name}: add the suffix.`);
  }
  return define('counter', described);
}

/**
 * A value that goes up and down.
 *
 * `readAtScrape: true` says that the value is only set when a scrape collects it. Without the event loop of the
 * application, it would be an old one, and is left out then.
 *
 * @errors as `defineCounter`
 */
export function defineGauge<const L extends LabelDefinitions = NoLabels>(
  described: Described<'gauge', L> & { readonly readAtScrape?: boolean },
): GaugeDefinition<L> {
  const { readAtScrape } = described;
  const gauge = define('gauge', described);
  return readAtScrape === undefined ? gauge : { ...gauge, readAtScrape };
}

/**
 * A distribution over buckets.
 *
 * @errors as `defineCounter`, and when the buckets are not finite and ascending
 */
export function defineHistogram<const L extends LabelDefinitions = NoLabels>(
  described: Described<'histogram', L> & { readonly buckets: readonly number[]; readonly native?: boolean },
): HistogramDefinition<L> {
  if ('le' in (described.labels ?? {})) {
    throw new TypeError(`Expected ${described.name} to leave the label le to its buckets: rename the label.`);
  }
  const { buckets, native } = described;
  const defined = { ...define('histogram', described), buckets: [] };
  return withBuckets(native === undefined ? defined : { ...defined, native }, buckets);
}

/** The same histogram over other buckets, for those that an option replaces. */
export function withBuckets<L extends LabelDefinitions>(
  definition: HistogramDefinition<L>,
  buckets: readonly number[],
): HistogramDefinition<L> {
  checkBuckets(definition.name, buckets);
  // A copy: the cells of a series are as many as its bounds, whatever becomes of the caller's list.
  return { ...definition, buckets: [...buckets] };
}

/** The same metric with further labels, for those that an option adds; without any it is the definition itself. */
export function withLabels<D extends MetricDefinition>(definition: D, labels: LabelDefinitions): D {
  if (Object.keys(labels).length === 0) return definition;
  return { ...definition, labels: { ...definition.labels, ...labels } };
}

function define<Type extends MetricType, L extends LabelDefinitions>(
  type: Type,
  described: Described<Type, L>,
): Definition<Type, L> {
  const { name, help, unit, merge } = described;
  const labels = (described.labels ?? {}) as L;
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(familyName(type, name))) {
    throw new TypeError(`Expected a metric name of letters, digits, _ and :, got ${JSON.stringify(name)}: rename it.`);
  }
  if (help.trim() === '') {
    throw new TypeError(`Expected ${name} to have a help text, got none: say what it counts.`);
  }
  if (unit !== undefined && !familyName(type, name).endsWith(`_${unit}`)) {
    throw new TypeError(`Expected the name ${name} to end in its unit, got the unit ${unit}: add the suffix.`);
  }
  for (const label of Object.keys(labels)) {
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label) || label.startsWith('__') || label === 'quantile') {
      throw new TypeError(`Expected the labels of ${name} to be valid and not reserved, got ${label}: rename it.`);
    }
  }
  if (merge !== undefined) checkMerge(type, name, labels, merge);
  const defined = unit === undefined ? { type, name, help, labels } : { type, name, help, unit, labels };
  return merge === undefined ? defined : { ...defined, merge };
}

/** The name of the family in OpenMetrics, where a counter's has no `_total`. */
function familyName(type: MetricType, name: string): string {
  return type === 'counter' ? name.replace(/_total$/, '') : name;
}

/** Every name that a metric takes up in one of the formats: two metrics that share one cannot be told apart. */
export function namesOf({ type, name }: MetricDefinition): readonly string[] {
  const family = familyName(type, name);
  return [family, ...SUFFIXES[type].map((suffix) => family + suffix)];
}

const SUFFIXES: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [],
  histogram: ['_bucket', '_sum', '_count', '_created'],
};

function checkBuckets(name: string, buckets: readonly number[]): void {
  const ascending = buckets.every((bound, i) => Number.isFinite(bound) && (i === 0 || bound > (buckets[i - 1] ?? NaN)));
  if (!ascending || buckets.length === 0 || buckets.length > MAX_BUCKETS) {
    throw new TypeError(
      `Expected the buckets of ${name} to be 1 to ${MAX_BUCKETS} ascending finite numbers, got [${buckets.join(', ')}]: sort them and leave out +Inf.`,
    );
  }
}

function checkMerge(type: MetricType, name: string, labels: LabelDefinitions, merge: unknown): void {
  const modes: readonly unknown[] = type === 'gauge' ? MERGE_MODES : COUNT_MERGE_MODES;
  if (!modes.includes(merge)) {
    throw new TypeError(`Expected \`merge\` of ${name} to be ${modes.join(' or ')}, got ${String(merge)}.`);
  }
  if (merge === 'each' && PROCESS_LABEL in labels) {
    throw new TypeError(`Expected ${name} to leave the label ${PROCESS_LABEL} to \`merge: 'each'\`: rename the label.`);
  }
}

/** More bounds than any histogram needs; it keeps one series well within a chunk of cells. */
export const MAX_BUCKETS = 500;
