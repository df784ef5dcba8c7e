import {
  type CounterDefinition,
  type GaugeDefinition,
  type HistogramDefinition,
  withBuckets,
} from '../../metrics/definition.js';
import { type Counter, type Histogram, type MetricStore } from '../../metrics/store.js';
import { type CounterSeries } from '../../metrics/counter.js';
import { type GaugeSeries } from '../../metrics/gauge.js';
import { type HistogramSeries } from '../../metrics/histogram.js';
import {
  type Door,
  type Execution,
  type Operation,
  type OperationListener,
  type Outcome,
} from '../../observe/operation-events.js';
import { type ErrorClass, errorType } from '../error-type.js';
import { HandlesByKey } from '../handles-by-key.js';

/** What every door publishes. The labels of each are the names of its operations, and those that are added here. */
export interface OperationDefinitions {
  /** With the label `outcome`. */
  readonly operations: CounterDefinition;
  /** With the label `outcome`. */
  readonly duration: HistogramDefinition;
  readonly inFlight: GaugeDefinition;
  /** With the label `error_type`. */
  readonly exceptions: CounterDefinition;
  readonly queries: HistogramDefinition;
  readonly querySeconds: HistogramDefinition;
}

export interface OperationMetricsOptions {
  readonly durationBuckets: readonly number[];
  readonly queriesPerRequest: boolean;
  readonly errorTypes: readonly ErrorClass[];
}

/** The outcomes that are possible: at a door, or of each of its operations. Their series exist at zero. */
export type PossibleOutcomes = readonly Outcome[] | ((operation: Operation) => readonly Outcome[]);

/** The handles of one operation. */
interface OperationSeries {
  readonly byOutcome: { readonly [Name in Outcome]?: OutcomeSeries };
  readonly inFlight: GaugeSeries;
  readonly queries: HistogramSeries | undefined;
  readonly querySeconds: HistogramSeries | undefined;
}

interface OutcomeSeries {
  readonly ended: CounterSeries;
  readonly duration: HistogramSeries;
}

/** The metrics of one door, updated by its events. An application without such a door has none of them. */
export class OperationMetrics implements OperationListener {
  private made: ReturnType<typeof makeMetrics> | undefined;
  private readonly handles = new HandlesByKey((operation: Operation) => this.seriesOf(operation));

  constructor(
    private readonly store: MetricStore,
    readonly door: Door,
    private readonly definitions: OperationDefinitions,
    private readonly options: OperationMetricsOptions,
    private readonly outcomes: PossibleOutcomes,
  ) {}

  operationsKnown(operations: readonly Operation[]): void {
    for (const operation of operations) if (operation.door === this.door) this.handles.of(operation);
  }

  executionStarted({ operation }: Execution): void {
    this.handles.of(operation).inFlight.inc();
  }

  executionEnded(execution: Execution): void {
    const { operation, outcome, durationSeconds, span } = execution;
    if (outcome === undefined) return;
    const series = this.handles.of(operation);
    series.inFlight.dec();
    const ofOutcome = series.byOutcome[outcome];
    ofOutcome?.ended.inc();
    ofOutcome?.duration.observe(durationSeconds, span);
    series.queries?.observe(execution.databaseQueries, span);
    series.querySeconds?.observe(execution.databaseSeconds, span);
  }

  executionThrew({ door, names }: Operation, error: unknown): void {
    if (door !== this.door) return;
    this.metrics.exceptions.labels({ ...names, error_type: errorType(error, this.options.errorTypes) }).inc();
  }

  private get metrics(): ReturnType<typeof makeMetrics> {
    return (this.made ??= makeMetrics(this.store, this.definitions, this.options));
  }

  private seriesOf(operation: Operation): OperationSeries {
    const { names } = operation;
    const { operations, duration, inFlight, queries, querySeconds } = this.metrics;
    const possible = typeof this.outcomes === 'function' ? this.outcomes(operation) : this.outcomes;
    const byOutcome = Object.fromEntries(
      possible.map((outcome) => [outcome, outcomeSeries(operations, duration, { ...names, outcome })]),
    );
    return {
      byOutcome,
      inFlight: inFlight.known(names),
      queries: queries?.known(names),
      querySeconds: querySeconds?.known(names),
    };
  }
}

function outcomeSeries(
  operations: Counter,
  duration: Histogram,
  labels: Readonly<Record<string, string>>,
): OutcomeSeries {
  return { ended: operations.known(labels), duration: duration.known(labels) };
}

function makeMetrics(store: MetricStore, of: OperationDefinitions, options: OperationMetricsOptions) {
  const { durationBuckets, queriesPerRequest } = options;
  return {
    operations: store.counter(of.operations),
    duration: store.histogram(withBuckets(of.duration, durationBuckets)),
    inFlight: store.gauge(of.inFlight),
    exceptions: store.counter(of.exceptions),
    queries: queriesPerRequest ? store.histogram(of.queries) : undefined,
    querySeconds: queriesPerRequest ? store.histogram(withBuckets(of.querySeconds, durationBuckets)) : undefined,
  };
}
