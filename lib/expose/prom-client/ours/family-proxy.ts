import { type MetricType } from '../../../metrics/family-data.js';
import { type Family } from '../../../metrics/series.js';
import { type Aggregator } from '../../foreign-family.js';
import { aggregatorOf } from './aggregator.js';
import { type ForeignRegistry, isOpenMetrics } from '../foreign-registry.js';
import { MARK, type Marked } from '../mark.js';
import { type OwnLabels } from './own-labels.js';
import { ownValues, type ProxyValue } from './own-values.js';

/** What a proxy needs of its bridge. */
export interface ProxyHost {
  readonly labels: OwnLabels;
  /** Runs our collectors, so that gauges which are set at a scrape are up to date. It never rejects. */
  refresh(): Promise<void>;
}

/** What `get()` of prom-client's metrics resolves to. */
export interface MetricWithValues {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly values: ProxyValue[];
  readonly aggregator: Aggregator;
}

/**
 * One family of ours as prom-client sees a metric. It holds no number: `get()` reads the live cells.
 *
 * It cannot be incremented or set: that is what the handles of the store are for.
 */
export class FamilyProxy implements Marked {
  readonly [MARK]: { readonly joinedAt: number };
  readonly help: string;
  readonly type: MetricType;
  readonly aggregator: Aggregator;
  readonly labelNames: readonly string[];

  /** Set when a registry of OpenMetrics has just renamed us, until `get()` is called, which it does next. */
  private isRenamed = false;

  constructor(
    private readonly family: Family,
    private readonly registry: ForeignRegistry,
    private readonly host: ProxyHost,
    joinedAt: number,
  ) {
    this[MARK] = { joinedAt };
    this.help = family.help;
    this.type = family.type;
    this.aggregator = aggregatorOf(family.definition);
    this.labelNames = Object.keys(family.definition.labels);
  }

  get name(): string {
    return this.family.name;
  }

  /**
   * `metrics()` of an OpenMetrics registry takes `_total` off the names of counters right before it reads them, and
   * leaves it off for good. We take that as a hint for the next `get()` only: a merged registry may have another content
   * type than the one that we are in.
   */
  set name(given: string) {
    this.isRenamed = given !== this.family.name;
  }

  async get(): Promise<MetricWithValues> {
    const name = this.nameToPrint();
    await this.host.refresh();
    const { help, type, aggregator } = this;
    return { name, help, type, values: ownValues(this.family, this.host.labels), aggregator };
  }

  /**
   * Does nothing. `register.resetMetrics()` is meant for the application's own metrics; if our counters fell to zero,
   * Prometheus would take it for a restart of the application.
   */
  reset(): void {}

  /** To the name that a counter gives, a registry of OpenMetrics adds `_total` itself. */
  private nameToPrint(): string {
    const isStripped = this.isRenamed || isOpenMetrics(this.registry);
    this.isRenamed = false;
    return this.type === 'counter' && isStripped ? this.name.replace(/_total$/, '') : this.name;
  }
}
