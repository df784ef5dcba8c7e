import { type FamilyData } from '../../../metrics/family-data.js';
import { type ForeignFamily, type ForeignSample } from '../../foreign-family.js';

/** Whether a family counts what has happened, which stays true when the process has ended. */
export function isCounted({ type, merge }: Pick<FamilyData, 'type' | 'merge'>): boolean {
  return type !== 'gauge' && merge === 'sum';
}

/** The same of a family of others. */
export function isCountedForeign({ type, aggregator }: Pick<ForeignFamily, 'type' | 'aggregator'>): boolean {
  const isSummed = aggregator === undefined || aggregator === 'sum';
  return isSummed && (type === 'counter' || type === 'histogram' || type === 'summary');
}

/** The quantile of a summary is a measurement among counts: of recent values, in one process. */
export function isQuantile({ name, type }: ForeignFamily, sample: ForeignSample): boolean {
  return type === 'summary' && sample.name === name;
}
