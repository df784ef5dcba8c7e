import { METRIC_NAMES } from '../../catalogue/published-names.js';

/** Whether a series may be of a metric of this library. */
export function isOfLibrary(series: string, namespace: string): boolean {
  if (!series.startsWith(namespace)) return false;
  const name = series.slice(namespace.length);
  return METRIC_NAMES.has(name) || METRIC_NAMES.has(name.replace(/_(?:bucket|sum|count|created)$/, ''));
}
