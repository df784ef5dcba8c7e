import { type Change, type Delta } from '../exposition.js';

/** What the metrics of data sources say has happened; what has not happened is not in there. */
export interface DatabaseCounts {
  /** `select syntax`: the operation and why it failed. */
  readonly errors: Readonly<Record<string, number>>;
  readonly connectionErrors: Readonly<Record<string, number>>;
  /** `dog insert`: the model and what was done. */
  readonly rows: Readonly<Record<string, number>>;
  readonly transactions: Readonly<Record<string, number>>;
}

export const NOTHING: DatabaseCounts = { errors: {}, connectionErrors: {}, rows: {}, transactions: {} };

export function countsOf(delta: Delta): DatabaseCounts {
  const by = (name: string, ...labels: readonly string[]) =>
    Object.fromEntries(
      delta.changes.filter((change) => change.name === name).map((change) => [nameOf(change, labels), change.by]),
    );
  return {
    errors: by('typeorm_query_errors_total', 'operation', 'error_type'),
    connectionErrors: by('typeorm_connection_errors_total', 'error_type'),
    rows: by('typeorm_model_rows_total', 'model', 'operation'),
    transactions: by('typeorm_transactions_total', 'outcome'),
  };
}

function nameOf({ labels }: Change, named: readonly string[]): string {
  return named.map((label) => labels[label]).join(' ');
}
