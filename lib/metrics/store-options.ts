export interface MetricStoreOptions {
  /** Put before every name, with an underscore. Default: nothing. */
  readonly namespace?: string;
  /** Labels of every series; a metric's own label of the same name wins. Default: none. */
  readonly defaultLabels?: Readonly<Record<string, string>>;
  /** Label sets a metric may make while the application runs; the rest goes to `_overflow`. Default: 1,000. */
  readonly labelSetsPerMetric?: number;
  /** Gives all histograms native buckets too, unless their definition says otherwise. Default: false. */
  readonly nativeHistograms?: boolean;
  /** Writes `_created` lines in OpenMetrics. Default: false. */
  readonly createdTimestamps?: boolean;
  /** Whether histograms keep the spans that they are given as exemplars. Default: true. */
  readonly exemplars?: boolean;
  /** Called for every value that was ignored: NaN, infinite, or a negative increment. */
  readonly onRejected?: (name: string, value: unknown) => void;
  /** Called for every label set that was folded into `_overflow`. */
  readonly onOverflow?: (name: string) => void;
}
