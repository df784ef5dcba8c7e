import { CounterInCells, type CounterSeries } from './counter.js';
import {
  type CounterDefinition,
  type GaugeDefinition,
  type HistogramDefinition,
  type LabelDefinitions,
} from './definition.js';
import { Engine } from './engine.js';
import { GaugeInCells, type GaugeSeries } from './gauge.js';
import { HistogramInCells, type HistogramSeries } from './histogram.js';
import { MostRecentGaugeInCells } from './most-recent-gauge.js';
import { NativeHistogramInCells } from './native/native-histogram.js';
import { type SeriesByLabels } from './series-by-labels.js';
import { type MetricStoreOptions } from './store-options.js';

export type Counter<L extends LabelDefinitions = LabelDefinitions> = SeriesByLabels<
  CounterDefinition<L>,
  CounterSeries
>;
export type Gauge<L extends LabelDefinitions = LabelDefinitions> = SeriesByLabels<GaugeDefinition<L>, GaugeSeries>;
export type Histogram<L extends LabelDefinitions = LabelDefinitions> = SeriesByLabels<
  HistogramDefinition<L>,
  HistogramSeries
>;

/**
 * The metrics of one application, each made from its definition. Once a metric exists, nothing that is done with it
 * throws, whatever it is given.
 */
export class MetricStore {
  /** @internal Not in the published types. A property, so that proxies and mocks of a store pass it on. */
  private readonly engine: Engine;

  constructor(options: MetricStoreOptions = {}) {
    this.engine = new Engine(options);
  }

  /**
   * The counter of a definition, made on first use.
   *
   * @errors throws when another definition has the name already, or one of the names of its samples
   */
  counter<L extends LabelDefinitions>(definition: CounterDefinition<L>): Counter<L> {
    return this.engine.metric(definition, CounterInCells);
  }

  /** As `counter`, for a gauge. */
  gauge<L extends LabelDefinitions>(definition: GaugeDefinition<L>): Gauge<L> {
    return this.engine.metric(definition, definition.merge === 'mostRecent' ? MostRecentGaugeInCells : GaugeInCells);
  }

  /** As `counter`, for a histogram. */
  histogram<L extends LabelDefinitions>(definition: HistogramDefinition<L>): Histogram<L> {
    const hasNative = definition.native ?? this.engine.nativeHistograms;
    return this.engine.metric(definition, hasNative ? NativeHistogramInCells : HistogramInCells);
  }
}

/** The engine of a store, which its users do not see. */
export function engineOf(store: MetricStore): Engine {
  return store['engine'];
}
