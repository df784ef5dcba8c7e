import { type Labels } from './family.js';

/**
 * One string per series, whatever the order its labels were written in.
 * A label with an empty value is left out: to Prometheus it is the same as no label.
 */
export function seriesIdentity(name: string, labels: Labels): string {
  const pairs = Object.entries(labels)
    .filter(([, value]) => value !== '')
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${pairs.toSorted().join(',')}}`;
}
