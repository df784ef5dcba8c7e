/** One difference between two expositions. `--json` prints it as it is. */
export interface Change {
  readonly metric: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** What of it differs; undefined for a metric that only one side has. */
  readonly what: 'type' | 'unit' | 'help' | 'label' | 'bucket' | 'quantile' | undefined;
  /** Whether a query that worked with the old side may stop to. */
  readonly breaks: boolean;
  readonly message: string;
}
