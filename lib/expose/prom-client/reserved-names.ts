import { type ForeignFamily } from '../foreign-family.js';

/**
 * Every name that a family takes up in one of the formats: that of the family, those of its samples, and `_created`,
 * which OpenMetrics keeps for it. Two families that share one cannot stand in the same exposition.
 */
export function reservedNames({ name, type }: Pick<ForeignFamily, 'name' | 'type'>): readonly string[] {
  // The family of `x_total` is called `x` in OpenMetrics; a counter without that suffix is untyped there.
  const isTotal = type === 'counter' && name.endsWith('_total');
  const family = isTotal ? name.slice(0, -'_total'.length) : name;
  const suffixes = isTotal ? TOTAL_SUFFIXES : SUFFIXES[type];
  return [family, ...suffixes.map((suffix) => family + suffix)];
}

const TOTAL_SUFFIXES = ['_total', '_created'];

const SUFFIXES: Readonly<Record<ForeignFamily['type'], readonly string[]>> = {
  counter: [],
  gauge: [],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  summary: ['_sum', '_count', '_created'],
  unknown: [],
};
