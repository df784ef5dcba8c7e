import { type Exposition } from '../exposition.js';

export const DEFAULT = { data_source: 'default' };

/** By why there was none; what has not happened is not in there. */
export function connectionErrors(metrics: Exposition): Readonly<Record<string, number>> {
  const series = metrics.series('typeorm_connection_errors_total').filter(({ value }) => value !== 0);
  return Object.fromEntries(series.map(({ labels, value }) => [labels['error_type'] ?? '', value]));
}

/** Why statements have failed. */
export function errorTypes(metrics: Exposition): readonly string[] {
  const series = metrics.series('typeorm_query_errors_total').filter(({ value }) => value !== 0);
  return [...new Set(series.map(({ labels }) => labels['error_type'] ?? ''))].toSorted();
}

export function isUp(metrics: Exposition): number | undefined {
  return metrics.value('typeorm_data_source_up', DEFAULT);
}

export function dogsInserted(metrics: Exposition): number {
  return metrics.value('typeorm_model_rows_total', { ...DEFAULT, model: 'dog', operation: 'insert' }) ?? Number.NaN;
}
