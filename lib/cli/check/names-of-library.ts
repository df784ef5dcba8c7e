import { metricNames } from '../../rules/metric-names.js';

/** Whether a series may be of a metric of this library. */
export function isOfLibrary(series: string, namespace: string): boolean {
  if (!series.startsWith(namespace)) return false;
  const name = series.slice(namespace.length);
  return metricNames().has(name) || metricNames().has(name.replace(/_(?:bucket|sum|count|created)$/, ''));
}
