/** What a metric of ours is called in another naming. */
export interface TranslatedMetric {
  /** The other name. */
  readonly name: string;
  /** A matcher that selects the series with the same meaning, such as `error_type!=""`. */
  readonly matcher?: string;
  /**
   * What our labels are called there. An empty list means that there is no such label. Where rules drop a label, they
   * drop all of the list; everywhere else the first one stands for it.
   */
  readonly labels: Readonly<Record<string, readonly string[]>>;
}

/** What rules need to know about a naming. */
export interface RuleNaming {
  /** By our name, with the suffix of histograms. A metric that is missing has no counterpart. */
  readonly metrics: Readonly<Record<string, TranslatedMetric>>;
  /** The beginnings of the metrics in recorded names, ours and theirs. */
  readonly prefixes: Readonly<Record<string, string>>;
  /** Matchers whose values differ, ours and theirs. */
  readonly matchers?: Readonly<Record<string, string>>;
}

/** The three series of a histogram. */
export function histogram(
  ours: string,
  name: string,
  labels: TranslatedMetric['labels'],
): Readonly<Record<string, TranslatedMetric>> {
  const suffixes = ['_bucket', '_sum', '_count'];
  return Object.fromEntries(suffixes.map((suffix) => [ours + suffix, { name: name + suffix, labels }]));
}
