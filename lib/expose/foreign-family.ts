/**
 * A family that did not come from our store: the user's prom-client metrics, above all. Label text is escaped already,
 * values are numbers; what could not be read is not in here.
 */
export interface ForeignFamily {
  /** As the user named it. */
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'unknown';
  /** How the numbers of several processes become one; `sum` if it is left out. */
  readonly aggregator?: Aggregator;
  readonly samples: readonly ForeignSample[];
}

/** How prom-client's cluster and worker registries make one number out of those of several processes. */
export const AGGREGATORS = ['sum', 'first', 'omit', 'average', 'min', 'max'] as const;
export type Aggregator = (typeof AGGREGATORS)[number];

export interface ForeignSample {
  /** With the suffix: `_bucket`, `_sum`, `_count`; without, the name of the family. */
  readonly name: string;
  /** The text between the braces. */
  readonly labels: string;
  /** The bound of a bucket, last of its labels: the two formats spell it differently. */
  readonly le?: number;
  readonly value: number;
  readonly exemplar?: ForeignExemplar;
}

export interface ForeignExemplar {
  readonly labels: string;
  readonly value: number;
  readonly timestampSeconds: number | undefined;
}
