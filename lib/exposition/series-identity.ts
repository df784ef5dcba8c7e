import { type Labels } from './family.js';

/**
 * One string per series, independent of the order of its labels. A label with an empty value is left out: Prometheus
 * treats it as a missing label.
 */
export function seriesIdentity(name: string, labels: Labels): string {
  const pairs = Object.entries(labels)
    .filter(([, value]) => value !== '')
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${pairs.toSorted().join(',')}}`;
}
