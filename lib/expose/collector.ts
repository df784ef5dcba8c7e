import { type ForeignFamily } from './foreign-family.js';

/**
 * Something that is read when a scrape asks: it sets gauges of ours, or returns families of others.
 *
 * It may throw, reject or hang: the scrape then leaves out what it would have brought and says so in
 * `nestjs_metrics_collector_success`.
 */
export interface Collector {
  /** The `collector` label of its success and duration. */
  readonly name: string;
  /** `signal` is aborted when it takes longer than any scrape may wait. */
  collect(signal: AbortSignal): CollectorResult | Promise<CollectorResult>;
}

export type CollectorResult = void | undefined | readonly ForeignFamily[];

/** Asked at each scrape, because the collectors may change. */
export interface CollectorSource {
  /** The group of the families that these collectors fill. Without one it is `application`. */
  readonly group?: string;
  collectors(): readonly Collector[];
}
